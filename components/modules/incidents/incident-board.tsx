"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { Timeline } from "../../incidents/detail/timeline";
import { SeverityChip } from "../../incidents/severity-chip";
import { StatusChip } from "../../incidents/status-chip";
import { useLiveRead } from "../../live/use-live-read";
import { FiguresTable } from "../../sira/figures-table";
import { Card } from "../../ui/card";
import { ReadProblem } from "../../ui/read-problem";
import { RelativeTime } from "../../ui/relative-time";
import { type HealList, HealSection } from "../healing/heal-section";
import { IncidentDeeds } from "./incident-deeds";
import type { ShownModuleIncident } from "./items";
import { WhatWaits } from "./what-waits";

const EVERY_MS = 5_000;

interface IncidentBoardProps {
  readonly renderedAt: string;
  readonly incident: ShownModuleIncident;
  readonly healing: HealList;
  /** Whether the reader may act; the server asks again. */
  readonly mayAct: boolean;
}

/** One incident of a module: what is wrong, whose it is, what was done, what shows it, and all that happened. */
export function ModuleIncidentBoard({ renderedAt, incident, healing, mayAct }: IncidentBoardProps) {
  const t = useTranslations("moduleIncidents");
  const { data, error, retry } = useLiveRead("module", `/api/ops/module-incidents/${incident.id}`, incident, renderedAt, {
    everyMs: EVERY_MS,
  });
  return (
    <div className="grid gap-4">
      <ReadProblem error={error} onRetry={retry} />
      <Verdict incident={data} />
      {mayAct ? <IncidentDeeds incident={data} onDone={retry} /> : null}
      <HealSection query={`incident_id=${incident.id}`} initial={healing} renderedAt={renderedAt} mayAct={mayAct} />
      <Evidence incident={data} />
      <Card labelId="timeline" title={t("timeline")}>
        <Timeline events={data.timeline} star={null} />
      </Card>
    </div>
  );
}

function Verdict({ incident }: { incident: ShownModuleIncident }) {
  const t = useTranslations("moduleIncidents");
  const { module_key: key, cleared_at: clearedAt, acknowledged_by: owner, suppressed_by: teller } = incident;
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
        <Fact name={t("whose")} value={t(incident.tenant_id === null ? "everybody" : "oneTenant")} />
        <Fact name={t("since")} value={<RelativeTime at={incident.opened_at} />} />
        <Fact name={t("seen")} value={<RelativeTime at={incident.last_seen_at} />} />
        <Fact name={t("owner")} value={owner ?? t("nobody")} />
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
