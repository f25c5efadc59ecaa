import type { HealthInput, HealthVerdict } from "@/lib/rollout/types";

/** The judge's stored report under its outside names; null where nothing was judged. */
export function healthItem(report: HealthVerdict | null) {
  if (!report) return null;
  const { failRate: fail_rate, baselineFailRate: baseline_fail_rate, ...counts } = report.figures;
  const figures = { ...counts, fail_rate, baseline_fail_rate };
  if (report.decision !== "rollback") return { ...report, figures };
  const { isHarm: is_harm, ...rest } = report;
  // What was judged before harm was told apart is silent about it.
  return { ...rest, ...(is_harm === undefined ? {} : { is_harm }), figures };
}

/** What the judge compared with, under its outside names. */
export function baselineItem(baseline: HealthInput["baseline"] | null) {
  if (!baseline) return null;
  return { fail_rate: baseline.failRate, errors_per_minute: baseline.errorsPerMinute, latency_p95_ms: baseline.latencyP95Ms };
}
