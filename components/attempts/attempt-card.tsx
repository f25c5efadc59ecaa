"use client";

import { useTranslations } from "next-intl";
import type { AttemptItem } from "../live/items";
import { AbsoluteTime, Lasting } from "../ui/relative-time";
import { AttemptChip } from "./attempt-chip";
import { HealthReport } from "./health-report";
import { methodName } from "./method-name";
import { PhaseStepper } from "./phase-stepper";
import { StagingSteps } from "./staging-steps";
import { VersionChange } from "./version-change";

/** One attempt in full: its way, its reports, and every step that was written down. */
export function AttemptCard({ attempt }: { attempt: AttemptItem }) {
  const t = useTranslations("attempt");
  const methods = useTranslations("method");
  const { events } = attempt;
  return (
    <li className="grid gap-3 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <AttemptChip status={attempt.status} />
        <span className="font-medium">{methodName(methods, attempt.method)}</span>
        <VersionChange from={attempt.from_version} to={attempt.to_version} />
        <span className="ml-auto text-sm text-muted">
          <AbsoluteTime at={attempt.created_at} /> · <Lasting from={attempt.created_at} to={attempt.finished_at} />
        </span>
      </div>
      <PhaseStepper attempt={attempt} />
      {attempt.end_reason ? (
        <p className="text-sm">
          <span className="font-medium">{t("endReason")}</span> <span lang="en">{attempt.end_reason}</span>
        </p>
      ) : null}
      {attempt.needs_person ? <p className="rounded-md bg-danger-wash px-3 py-2 text-sm font-medium">{t("needsPerson")}</p> : null}
      <div className="grid gap-4 lg:grid-cols-2">
        {attempt.staging_report ? <StagingSteps report={attempt.staging_report} /> : null}
        {attempt.health_report ? <HealthReport report={attempt.health_report} /> : null}
      </div>
      {events.length > 0 ? (
        <details>
          <summary className="text-sm font-medium text-accent">{t("steps", { count: events.length })}</summary>
          <ol className="mt-2 grid gap-1 text-sm">
            {events.map((event) => (
              <li key={event.id} className="grid gap-x-3 sm:grid-cols-[10rem_1fr]">
                <AbsoluteTime at={event.at} className="text-muted" />
                <span className="min-w-0 break-words">
                  <span className="font-mono text-xs">{event.phase}</span> <span lang="en">{event.reason}</span>
                </span>
              </li>
            ))}
          </ol>
        </details>
      ) : null}
    </li>
  );
}
