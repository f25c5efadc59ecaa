"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useLiveRead } from "../../live/use-live-read";
import { FiguresTable } from "../../sira/figures-table";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { ReadProblem } from "../../ui/read-problem";
import { RelativeTime } from "../../ui/relative-time";
import { StateView } from "../../ui/state-view";
import { DryRunDialog } from "./dry-run-dialog";
import type { JobItem, RepairList, RepairPowers, RunItem } from "./items";

interface RepairsBoardProps {
  readonly renderedAt: string;
  readonly initial: RepairList;
  readonly powers: RepairPowers;
}

const LIVE: readonly string[] = ["dry_running", "applying", "rolling_back"];

/** What is being repaired, what can be, and what was; rendered by the server and then kept current. */
export function RepairsBoard({ renderedAt, initial, powers }: RepairsBoardProps) {
  const t = useTranslations("repairs");
  const { data, error, retry } = useLiveRead("repairs", "/api/ops/repairs", initial, renderedAt);
  const live = data.runs.filter(({ status }) => LIVE.includes(status)).length;
  const ready = data.runs.filter(({ status }) => status === "ready").length;
  return (
    <div className="grid gap-4">
      <ReadProblem error={error} onRetry={retry} />
      <p className="text-lg font-medium">{t("verdict", { live, ready })}</p>
      <RunsCard runs={data.runs} />
      <JobsCard jobs={data.jobs} powers={powers} />
    </div>
  );
}

function RunsCard({ runs }: { runs: readonly RunItem[] }) {
  const t = useTranslations("repairs");
  return (
    <Card labelId="runs" title={t("runs")}>
      {runs.length === 0 ? (
        <StateView kind="empty" title={t("none")} text={t("noneText")} />
      ) : (
        <FiguresTable
          isStacked
          caption={t("runs")}
          heads={[t("job"), t("status"), t("where"), t("tenants"), t("rows"), t("by"), t("at")]}
          rows={runs.map((run) => ({
            key: run.id,
            cells: [
              <Link key="job" data-row="" prefetch={false} href={`/repairs/${run.id}`} className="font-mono text-accent underline">
                {run.job}
              </Link>,
              t(`statuses.${run.status}`),
              run.module_key ?? t("center"),
              run.tenants,
              run.rows_total ?? "–",
              <span key="by" className="break-all">
                {run.requested_by}
              </span>,
              <RelativeTime key="at" at={run.created_at} />,
            ],
          }))}
        />
      )}
    </Card>
  );
}

function JobsCard({ jobs, powers }: { jobs: readonly JobItem[]; powers: RepairPowers }) {
  const t = useTranslations("repairs");
  const [chosen, setChosen] = useState<JobItem | null>(null);
  const mayRun = (job: JobItem) => powers.mayRepair && (job.modules.length > 0 || job.site !== "module");
  return (
    <Card labelId="jobs" title={t("jobs")}>
      <FiguresTable
        isStacked
        caption={t("jobs")}
        heads={[t("job"), t("what"), t("level"), t("where"), t("try")]}
        rows={jobs.map((job) => ({
          key: job.key,
          cells: [
            <span key="key" className="font-mono">
              {job.key} {job.version}
            </span>,
            <span key="what" lang="en" className="block text-left">
              {job.describe ?? "–"}
            </span>,
            job.is_sensitive ? t("levelOfTwo", { level: job.level }) : job.level,
            [...job.modules, ...(job.site === "module" ? [] : [t("center")])].join(", ") || "–",
            mayRun(job) ? (
              <Button key="try" aria-label={t("tryOf", { job: job.key })} onClick={() => setChosen(job)}>
                {t("try")}
              </Button>
            ) : (
              "–"
            ),
          ],
        }))}
      />
      {chosen ? <DryRunDialog job={chosen} onClose={() => setChosen(null)} /> : null}
    </Card>
  );
}
