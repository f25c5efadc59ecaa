import { evenPercentileOf } from "@/lib/modules/signals/latency-buckets";
import type { Surface } from "@/lib/modules/signals/types";
import { LIMITS } from "@/lib/platform/limits";
import type { Measure, StepSums } from "./types";

/** A minute as far as streams look at it. */
export interface SummedMinute {
  readonly surface: Surface;
  readonly requests: number;
  readonly errors: number;
  readonly meteredUnits: number;
  readonly billedUnits: number;
  readonly latency: Readonly<Record<string, number>>;
}

/** What all of these did together. */
export function addSteps(parts: readonly StepSums[]): StepSums {
  const latency: Record<string, number> = {};
  let [requests, errors, metered, billed] = [0, 0, 0, 0];
  for (const part of parts) {
    [requests, errors, metered, billed] = [requests + part.requests, errors + part.errors, metered + part.metered, billed + part.billed];
    for (const [bucket, count] of Object.entries(part.latency)) latency[bucket] = (latency[bucket] ?? 0) + count;
  }
  return { requests, errors, metered, billed, latency };
}

/** The minutes of one step as its sums. */
export function sumMinutes(minutes: readonly SummedMinute[]): StepSums {
  return addSteps(
    minutes.map(({ surface, requests, errors, meteredUnits, billedUnits, latency }) => ({
      ...{ requests, errors, metered: meteredUnits, billed: billedUnits, latency: surface === "job" ? {} : latency },
    })),
  );
}

/** A percentile, where so many requests lie beyond it that it is no single one's figure. */
function tailOf({ latency }: StepSums, share: number): number {
  const timed = Object.values(latency).reduce((sum, count) => sum + count, 0);
  return timed * (1 - share) >= LIMITS.moduleStepTail - 1e-9 ? (evenPercentileOf(latency, share) ?? Number.NaN) : Number.NaN;
}

/** Of each measure what a step says, in its own unit; NaN where too little happened to say anything: few requests prove nothing. */
const READ: Readonly<Record<Measure, (sums: StepSums) => number>> = {
  requests: ({ requests }) => requests,
  error_rate: ({ requests, errors }) => (requests >= LIMITS.moduleStepRequests ? Math.min(1, errors / requests) : Number.NaN),
  latency_p95_ms: (sums) => tailOf(sums, 0.95),
  latency_p99_ms: (sums) => tailOf(sums, 0.99),
  metered_units: ({ metered }) => metered,
  unbilled_share: ({ metered, billed }) => {
    const most = Math.max(metered, billed);
    return most >= LIMITS.moduleStepUnits ? (metered - billed) / most : Number.NaN;
  },
};

/** What a step says of a measure; NaN where it says nothing, as one of which nobody told anything does. */
export function readMeasure(measure: Measure, sums: StepSums | null): number {
  return sums === null ? Number.NaN : READ[measure](sums);
}
