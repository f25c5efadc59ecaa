import type { IncidentType } from "@/lib/detection/types";

/** The stream that a static rule's incident is about. */
const OF_TYPE: Readonly<Partial<Record<IncidentType, string>>> = {
  webhook_fail_rate: "webhook_fail_rate",
  errors_jump: "errors_a_minute",
  identical_errors: "errors_a_minute",
  latency_p95: "latency_p95_ms",
  queue_depth: "queue_depth",
  crash_loop: "memory_mb",
};
const CHANNELS = ["spike:", "novelty:", "standing:"];
const HOUR_MS = 3_600_000;
/** What is seen after the end, so that one sees that it is the end. */
const AFTER_MS = HOUR_MS / 2;
/** Half an hour is also seen before the beginning. */
const RANGES = [
  ["6h", 5 * HOUR_MS],
  ["24h", 23 * HOUR_MS],
] as const;

interface Found {
  readonly type: IncidentType;
  readonly finding: { readonly ruleId: string };
}

/** Which metric an incident was found in, as the detectors see it; null where it is none that they watch. */
export function metricOfFinding({ type, finding }: Found): string | null {
  const channel = CHANNELS.find((prefix) => finding.ruleId.startsWith(prefix));
  return channel ? finding.ruleId.slice(channel.length) : (OF_TYPE[type] ?? null);
}

/**
 * The time that shows an incident from before its beginning until after its end, as the address of its stream holds it.
 *
 * @param resolvedAt  null while it lasts: then the stream follows the clock
 */
export function rangeAround(openedAt: string, resolvedAt: string | null): { readonly range: string; readonly to: string | null } {
  if (resolvedAt === null) return { range: "6h", to: null };
  const lasted = Date.parse(resolvedAt) - Date.parse(openedAt);
  const [range] = RANGES.find(([, most]) => lasted <= most) ?? ["7d"];
  return { range, to: new Date(Date.parse(resolvedAt) + AFTER_MS).toISOString() };
}
