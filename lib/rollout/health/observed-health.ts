import { counterRise } from "@/lib/detection/counter-rise";
import type { HealthInput } from "@/lib/rollout/types";
import type { BeatSample } from "@/lib/telemetry/types";

/** Webhooks that one report speaks of: what its counters rose since the report before. */
export interface TrafficStep {
  readonly sent: number;
  readonly failed: number;
}

/** What the beats since `applied` say. */
export interface ObservedHealth {
  /** Beats since `applied`, of any version. */
  readonly since: readonly BeatSample[];
  /** Those of them in which the new version says that it runs: only these are reports. */
  readonly reports: readonly BeatSample[];
  /** Counted webhooks report by report; null when no report counts them. */
  readonly traffic: readonly TrafficStep[] | null;
  /** Reported rates of the reports that have one, 0..1. */
  readonly rates: readonly number[];
  /** Errors counted since `applied`; null when no report counts them. */
  readonly errors: number | null;
}

/** The beat before one, of the same boot: what its counters have to be compared with. */
function sameBootBefore(beats: readonly BeatSample[], beat: BeatSample): BeatSample | null {
  return beats.slice(0, beats.indexOf(beat)).findLast((earlier) => earlier.bootId === beat.bootId) ?? null;
}

function rises(beats: readonly BeatSample[], reports: readonly BeatSample[], name: string): (number | null)[] {
  return reports.map((report) => counterRise(sameBootBefore(beats, report), report, name));
}

/**
 * Reads what is known of the new version. Counters are compared within each boot, so that a boot that ran before `applied`
 * brings only its rise, and a new one everything since its start.
 */
export function observeHealth({ beats, appliedAt, toVersion }: HealthInput): ObservedHealth {
  const since = beats.filter((beat) => beat.receivedAt > appliedAt);
  const reports = since.filter((beat) => beat.active && beat.runningVersion === toVersion);
  const sent = rises(beats, reports, "webhooks_sent");
  const failed = rises(beats, reports, "webhooks_failed");
  const traffic = sent.flatMap((count, index) => (count === null ? [] : [{ sent: count, failed: Math.min(count, failed[index] ?? 0) }]));
  const errors = rises(beats, reports, "errors_total").filter((rise) => rise !== null);
  return {
    since,
    reports,
    traffic: traffic.length > 0 ? traffic : null,
    rates: reports.flatMap((report) => report.telemetry.webhook_fail_rate ?? []),
    errors: errors.length > 0 ? errors.reduce((sum, rise) => sum + rise, 0) : null,
  };
}

/** The middle of some figures; null when there are none. */
export function median(figures: readonly number[]): number | null {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
