import { bucketOf } from "./latency-buckets";
import type { Measure } from "./types";

/** One request: it counts, it took its time, and it may have failed. */
export function requestMeasure(ms: number, how: { readonly isOk: boolean; readonly isTimeout: boolean; readonly traceId: string | null }) {
  return {
    requests: 1,
    errors: how.isOk ? 0 : 1,
    timeouts: how.isTimeout ? 1 : 0,
    latencyMsSum: ms,
    latency: { [bucketOf(ms)]: 1 },
    worstMs: ms,
    worstTraceId: how.traceId,
  } as const satisfies Partial<Measure>;
}
