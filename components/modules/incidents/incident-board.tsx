"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { IncidentSeries as Series } from "@/lib/modules/streams/queries-incident-series";
import { actorName } from "../../incidents/detail/actor-name";
import { Timeline } from "../../incidents/detail/timeline";
import { DraftPostmortem } from "../../incidents/postmortem/draft-postmortem";
import type { Deed } from "../../incidents/runbook/items";
import { RunbookPanel, type RunbooksShown } from "../../incidents/runbook/runbook-panel";
import { SeverityChip } from "../../incidents/severity-chip";
import { StatusChip } from "../../incidents/status-chip";
import { useLiveRead } from "../../live/use-live-read";
import { FiguresTable } from "../../sira/figures-table";
import { Card } from "../../ui/card";
import { ReadProblem } from "../../ui/read-problem";
import { RelativeTime } from "../../ui/relative-time";
import { type HealList, HealSection } from "../healing/heal-section";
import { IncidentDeeds } from "./incident-deeds";
import { IncidentSeries } from "./incident-series";
import type { AskedDeed, ShownModuleIncident } from "./items";
import { WhatWaits } from "./what-waits";

const EVERY_MS = 5_000;

interface IncidentBoardProps {
  readonly renderedAt: string;
  readonly incident: ShownModuleIncident;
  readonly healing: HealList;
  /** Runbooks that fit, and how far people are in them. */
  readonly runbooks: RunbooksShown;
  /** The postmortem of it, where one was begun. */
  readonly postmortemId: string | null;
  /** What the detectors spoke of, as it was when the page was made; null where none of them had a word. */
  readonly series: Series | null;
  /** Who reads, and whether they may act; the server asks again. */
  readonly self: { readonly id: string; readonly email: string };
  readonly mayAct: boolean;
}

/** Dialogs that a runbook's step opens here. */
const DEEDS: ReadonlySet<Deed> = new Set(["acknowledge", "assign", "escalate"]);

/** One incident of a module: what is wrong, whose it is, what was done, what shows it, and all that happened. */
export function ModuleIncidentBoard({ renderedAt, incident, healing, runbooks, postmortemId, series, self, mayAct }: IncidentBoardProps) {
  const t = useTranslations("moduleIncidents");
  const url = `/api/ops/module-incidents/${incident.id}`;
  const read = useLiveRead("module", url, incident, renderedAt, { everyMs: EVERY_MS });
  const { error, retry } = read;
  const [shown, setShown] = useState<{ readonly change: Partial<ShownModuleIncident>; readonly over: unknown }>({ change: {}, over: null });
  const [asked, setAsked] = useState<AskedDeed | null>(null);
  // What a person just did is shown over the word that the server had given until then, and no longer.
  const data = shown.over === read.data ? { ...read.data, ...shown.change } : read.data;
  return (
    <div className="grid gap-4">
      <ReadProblem error={error} onRetry={retry} />
      <Verdict incident={data} />
      {mayAct ? (
        <IncidentDeeds
          incident={data}
          self={self}
          asked={asked}
          onShow={(change) => setShown({ change, over: read.data })}
          onDone={retry}
        />
      ) : null}
      <HealSection query={`incident_id=${incident.id}`} initial={healing} renderedAt={renderedAt} mayAct={mayAct} />
      <div className="grid items-start gap-4 xl:grid-cols-[1fr_24rem]">
        <div className="grid min-w-0 gap-4">
          <Evidence incident={data} />
          {series ? <IncidentSeries series={series} /> : null}
          <RunbookPanel
            {...runbooks}
            renderedAt={renderedAt}
            about={{ incidentId: incident.id, pluginId: null, moduleKey: incident.module_key }}
            deeds={DEEDS}
            mayWrite={mayAct}
            onDeed={(deed) => {
              if (deed === "acknowledge" || deed === "assign" || deed === "escalate")
                setAsked((before) => ({ deed, count: (before?.count ?? 0) + 1 }));
            }}
          />
        </div>
        <Card labelId="timeline" title={t("timeline")}>
          <Timeline events={data.timeline} star={mayAct ? { url: `${url}/star`, read: "module" } : null} />
          <DraftPostmortem incidentId={incident.id} postmortemId={postmortemId} mayWrite={mayAct} />
        </Card>
      </div>
    </div>
  );
}

function Verdict({ incident }: { incident: ShownModuleIncident }) {
  const t = useTranslations("moduleIncidents");
  const { module_key: key, cleared_at: clearedAt, acknowledged_by: owner, assigned_to: assignee, suppressed_by: teller } = incident;
  return (
    <Card
      labelId="verdict"
      title={incident.explain}
      aside={
        <Link href={`/modules/${key}`} prefetch={false} className="min-h-7 content-center text-sm text-accent underline">
          {key}
        </Link>
      }
    >
      <dl className="flex flex-wrap gap-x-8 gap-y-2 px-4 py-3 text-sm">
        <Fact name={t("status")} value={<StatusChip status={incident.status} />} />
        <Fact name={t("severity")} value={<SeverityChip severity={incident.severity} />} />
        <Fact name={t("done")} value={<WhatWaits incident={incident} />} />
        <Fact name={t("whose")} value={incident.tenant_id === null ? t("everybody") : (incident.tenant_name ?? t("oneTenant"))} />
        <Fact name={t("since")} value={<RelativeTime at={incident.opened_at} />} />
        <Fact name={t("seen")} value={<RelativeTime at={incident.last_seen_at} />} />
        <Fact name={t("owner")} value={owner === null ? t("nobody") : actorName(owner)} />
        {assignee ? <Fact name={t("givenTo")} value={assignee} /> : null}
        {clearedAt && incident.status !== "resolved" ? <Fact name={t("goodSince")} value={<RelativeTime at={clearedAt} />} /> : null}
        {teller ? (
          <Fact
            name={t("toldBy")}
            value={
              <Link href={`/module-incidents/${teller}`} prefetch={false} className="text-accent underline">
                {t("other")}
              </Link>
            }
          />
        ) : null}
      </dl>
    </Card>
  );
}

function Fact({ name, value }: { name: string; value: React.ReactNode }) {
  return (
    <div>
      <dt className="text-muted">{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** What shows it: the figure and what is usual, and what rules, checks and errors said. */
function Evidence({ incident }: { incident: ShownModuleIncident }) {
  const t = useTranslations("moduleIncidents");
  const figure = (value: number | null) => (value === null ? "–" : String(Number(value.toPrecision(4))));
  const measured = { label: incident.statistic, value: `${figure(incident.value)} (${t("usual", { value: figure(incident.usual) })})` };
  return (
    <Card labelId="evidence" title={t("evidence")}>
      <FiguresTable
        isStacked
        isWords
        caption={t("evidence")}
        heads={[t("what"), t("value"), t("trace")]}
        rows={[measured, ...incident.evidence].map((one, index) => ({
          key: `${index} ${one.label}`,
          cells: [one.label, one.value, "trace_id" in one && one.trace_id ? one.trace_id : "–"],
        }))}
      />
    </Card>
  );
}
