"use client";

import { useTranslations } from "next-intl";
import { useTimeText } from "../../live/live-provider";
import { useLiveRead } from "../../live/use-live-read";
import { FiguresTable } from "../../sira/figures-table";
import { Card } from "../../ui/card";
import { ReadProblem } from "../../ui/read-problem";
import { RelativeTime } from "../../ui/relative-time";
import type { RepairPowers, ShownRun } from "./items";
import { RowsCard } from "./rows-card";
import { backAsker, RunActions } from "./run-actions";

interface RunBoardProps {
  readonly renderedAt: string;
  readonly initial: ShownRun;
  readonly powers: RepairPowers;
}

/** One run: what it would change or changed, exactly, what may be done about it, and how far it is at each tenant. */
export function RunBoard({ renderedAt, initial, powers }: RunBoardProps) {
  const { data, error, retry } = useLiveRead("repair", `/api/ops/repair-runs/${initial.id}`, initial, renderedAt);
  return (
    <div className="grid gap-4">
      <ReadProblem error={error} onRetry={retry} />
      <Verdict run={data} />
      <RunActions run={data} powers={powers} />
      <PartsCard run={data} />
      <RowsCard run={data} />
      {data.plan ? <PlanCard plan={data.plan} /> : null}
      <StepsCard run={data} />
    </div>
  );
}

/** How long the dry-run may still be applied, minute by minute. */
function Countdown({ until }: { until: string }) {
  const t = useTranslations("repairs");
  const text = useTimeText((nowMs) => {
    const seconds = Math.max(0, Math.ceil((Date.parse(until) - nowMs) / 1_000));
    return seconds === 0 ? t("late") : t("left", { minutes: Math.floor(seconds / 60), seconds: seconds % 60 });
  });
  return <span className="tabular-nums">{text}</span>;
}

function Verdict({ run }: { run: ShownRun }) {
  const t = useTranslations("repairs");
  return (
    <Card labelId="verdict" title={t(`said.${run.status}`, { rows: run.rows_total ?? 0, tenants: run.tenants })}>
      <dl className="grid gap-x-8 gap-y-2 px-4 py-3 text-sm sm:grid-cols-2">
        <Fact name={t("where")} value={run.module_key ?? t("center")} />
        <Fact name={t("level")} value={run.needs_two ? t("levelOfTwo", { level: run.level }) : run.level} />
        <Fact name={t("by")} value={<span className="break-all">{run.requested_by}</span>} />
        <Fact name={t("why")} value={run.reason} />
        {run.status === "ready" && run.expires_at ? <Fact name={t("mayBeApplied")} value={<Countdown until={run.expires_at} />} /> : null}
        {run.asked_by ? <Fact name={t("askedBy")} value={<span className="break-all">{run.asked_by}</span>} /> : null}
        {backAsker(run) ? <Fact name={t("backAskedBy")} value={<span className="break-all">{run.rolled_back_by}</span>} /> : null}
        {run.error ? <Fact name={t("error")} value={<span lang="en">{run.error}</span>} /> : null}
        {run.digest ? <Fact name={t("digest")} value={<code className="font-mono text-xs break-all">{run.digest}</code>} /> : null}
        <Fact name={t("trace")} value={<code className="font-mono text-xs break-all">{run.trace_id}</code>} />
      </dl>
    </Card>
  );
}

function Fact({ name, value }: { name: string; value: React.ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-muted">{name}</dt>
      <dd className="break-words">{value}</dd>
    </div>
  );
}

function PartsCard({ run }: { run: ShownRun }) {
  const t = useTranslations("repairs");
  return (
    <Card labelId="parts" title={t("progress")}>
      <FiguresTable
        isStacked
        caption={t("progress")}
        heads={[t("tenant"), t("phase"), t("state"), t("rows"), t("done"), t("kept"), t("detail")]}
        rows={run.parts.map((part) => ({
          key: part.tenant_id,
          cells: [
            part.tenant_name ?? t("center"),
            t(`phases.${part.phase}`),
            t(`states.${part.state}`),
            part.rows_total,
            part.rows_done,
            part.rows_kept,
            <span key="detail" lang="en">
              {part.detail || "–"}
            </span>,
          ],
        }))}
      />
    </Card>
  );
}

function PlanCard({ plan }: { plan: Readonly<Record<string, unknown>> }) {
  const t = useTranslations("repairs");
  return (
    <Card labelId="plan" title={t("plan")}>
      <p className="px-4 pt-3 text-sm text-muted">{t("planText")}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard (WCAG 2.1.1). */}
      <section tabIndex={0} aria-label={t("plan")} className="max-h-96 overflow-auto p-4">
        <pre lang="en" className="font-mono text-xs">
          {JSON.stringify(plan, null, 2)}
        </pre>
      </section>
    </Card>
  );
}

function StepsCard({ run }: { run: ShownRun }) {
  const t = useTranslations("repairs");
  return (
    <Card labelId="steps" title={t("steps")}>
      <FiguresTable
        isStacked
        caption={t("steps")}
        heads={[t("step"), t("detail"), t("by"), t("at")]}
        rows={run.events.map(({ id, at, kind, actor, summary }) => ({
          key: id,
          cells: [
            <span key="kind" className="font-mono">
              {kind}
            </span>,
            <span key="summary" lang="en">
              {summary || "–"}
            </span>,
            <span key="by" className="break-all">
              {actor}
            </span>,
            <RelativeTime key="at" at={at} />,
          ],
        }))}
      />
    </Card>
  );
}
