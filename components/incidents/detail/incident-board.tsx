"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { AttemptCard } from "../../attempts/attempt-card";
import type { AttemptItem, IncidentDetail, Page, PluginItem } from "../../live/items";
import { useLiveRead } from "../../live/use-live-read";
import type { BucketItem } from "../../sira/items";
import { Card } from "../../ui/card";
import { ReadProblem } from "../../ui/read-problem";
import type { IncidentActions } from "../actions/action-answer";
import { CommentForm } from "../actions/comment-form";
import { type AskedDeed, IncidentActionsBar, type Powers } from "../actions/incident-actions-bar";
import { DraftPostmortem } from "../postmortem/draft-postmortem";
import { DEED_OF_ACTION, type Deed } from "../runbook/items";
import { RunbookPanel, type RunbooksShown } from "../runbook/runbook-panel";
import { DecisionCard } from "./decision-card";
import { PermitCard } from "./permit-card";
import { TelemetryCard } from "./telemetry-card";
import { Timeline } from "./timeline";
import { VerdictPanel } from "./verdict-panel";

/** Dialogs that a runbook's step opens here. */
const DEEDS: ReadonlySet<Deed> = new Set(Object.values(DEED_OF_ACTION));

interface IncidentBoardProps {
  readonly renderedAt: string;
  readonly urls: { readonly incident: string; readonly attempts: string; readonly plugin: string };
  readonly incident: IncidentDetail;
  readonly attempts: Page<AttemptItem>;
  readonly plugin: PluginItem;
  /** How confidences like the proposal's came true before. */
  readonly bucket: BucketItem | null;
  readonly powers: Powers;
  readonly actions: IncidentActions;
  /** Runbooks that fit, and how far people are in them. */
  readonly runbooks: RunbooksShown;
  /** The postmortem of it, where one was begun. */
  readonly postmortemId: string | null;
}

/** Everything about one incident, rendered by the server and then kept current. */
export function IncidentBoard({ renderedAt, urls, bucket, powers, actions, runbooks, postmortemId, ...initial }: IncidentBoardProps) {
  const t = useTranslations("incident");
  const read = useLiveRead("incident", urls.incident, initial.incident, renderedAt);
  const attemptsRead = useLiveRead("attempts", urls.attempts, initial.attempts, renderedAt);
  const pluginRead = useLiveRead("plugins", urls.plugin, initial.plugin, renderedAt);
  const incident = read.data;
  const attempts = attemptsRead.data.items;
  const merchant = pluginRead.data.tenant_name;
  const reads = [read, attemptsRead, pluginRead];
  const failing = reads.find(({ error }) => error !== null);
  const [asked, setAsked] = useState<AskedDeed | null>(null);
  return (
    <div className="grid gap-4">
      <ReadProblem error={failing?.error ?? null} onRetry={() => reads.map(({ retry }) => retry())} />
      <VerdictPanel incident={incident} attempts={attempts} merchant={merchant} />
      <Notes incident={incident} />
      <IncidentActionsBar
        incident={incident}
        plugin={pluginRead.data}
        running={attempts.find(({ phase }) => phase !== "done") ?? null}
        merchant={merchant}
        powers={powers}
        acknowledge={actions.acknowledge}
        asked={asked}
      />
      <div className="grid items-start gap-4 xl:grid-cols-[1fr_24rem]">
        <div className="grid min-w-0 gap-4">
          <AttemptsCard attempts={attempts} />
          <DecisionCard
            decision={incident.sira_decision}
            permit={incident.permit}
            bucket={bucket}
            href={incident.decisions[0] ? `/sira/${incident.decisions[0].id}` : null}
          />
          <PermitCard permit={incident.permit} />
          <RunbookPanel
            {...runbooks}
            renderedAt={renderedAt}
            about={{ incidentId: incident.id, pluginId: incident.plugin_id, moduleKey: null }}
            deeds={DEEDS}
            mayWrite={powers.mayWrite}
            onDeed={(deed) => setAsked((before) => ({ deed, count: (before?.count ?? 0) + 1 }))}
          />
        </div>
        <div className="grid min-w-0 gap-4">
          <Card labelId="timeline" title={t("timeline")}>
            <Timeline events={incident.timeline} star={powers.mayWrite ? { url: `${urls.incident}/star`, read: "incident" } : null} />
            <DraftPostmortem incidentId={incident.id} postmortemId={postmortemId} mayWrite={powers.mayWrite} />
            {powers.mayWrite ? <CommentForm incidentId={incident.id} comment={actions.comment} /> : null}
          </Card>
          <TelemetryCard snapshot={incident.telemetry_snapshot} title={t("telemetry")} none={t("noTelemetry")} />
        </div>
      </div>
    </div>
  );
}

/** What is so about it beyond the verdict: many have it at once, somebody has taken it. */
function Notes({ incident }: { incident: IncidentDetail }) {
  const t = useTranslations("incident");
  const who = incident.acknowledged_by?.replace(/^person:/, "") ?? null;
  return (
    <>
      {incident.fleet_kind ? <p className="font-medium">{t(`fleet.${incident.fleet_kind}`)}</p> : null}
      {who === null ? null : <p className="text-sm text-muted">{t("owned", { who })}</p>}
    </>
  );
}

/** What was tried, newest first. */
function AttemptsCard({ attempts }: { attempts: readonly AttemptItem[] }) {
  const t = useTranslations("incident");
  return (
    <Card labelId="attempts" title={t("attempts")} aside={<span className="text-sm text-muted">{attempts.length}</span>}>
      {attempts.length === 0 ? <p className="px-4 py-3 text-muted">{t("noAttempts")}</p> : null}
      <ul className="divide-y divide-hairline">
        {attempts.map((attempt) => (
          <AttemptCard key={attempt.id} attempt={attempt} />
        ))}
      </ul>
    </Card>
  );
}
