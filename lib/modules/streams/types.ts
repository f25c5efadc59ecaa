import type { Expected } from "@/lib/detection/detectors/spike";
import type { Stream } from "@/lib/detection/detectors/stream";

/** What is watched of a module, of one tenant or of all together, in the order in which streams are stored. `requests` is only looked at beside others. */
export const MEASURES = ["requests", "error_rate", "latency_p95_ms", "latency_p99_ms", "metered_units", "unbilled_share"] as const;
export type Measure = (typeof MEASURES)[number];

/** What a module did for a tenant, or for all, within one step (LIMITS.moduleStepSeconds). */
export interface StepSums {
  readonly requests: number;
  readonly errors: number;
  readonly metered: number;
  readonly billed: number;
  /** Requests that somebody waited for, by latency bucket: background work may take as long as it takes. */
  readonly latency: Readonly<Record<string, number>>;
}

/** What was last said of a measure, and what was expected before it was seen. */
export interface Heard {
  /** RFC 3339, the beginning of its step. */
  readonly at: string;
  readonly value: number;
  /** Null while the stream is still being learned. */
  readonly expected: Expected | null;
}

/** Something raised about one measure; JSON. */
export interface RaisedMeasure {
  /** `spike:error_rate`, `standing:latency_p95_ms` ... */
  readonly ruleId: string;
  readonly measure: Measure;
  /** RFC 3339. */
  readonly since: string;
  readonly statistic: string;
  /** The measure itself when it was first raised, and where it was expected. */
  readonly value: number;
  readonly expected: Expected | null;
  /** The detector's own words, where a figure and its band do not tell it; else null. */
  readonly words: string | null;
  /** Of all tenants' stream: the one tenant that alone makes it look so. */
  readonly ownOf: string | null;
}

/** What is remembered of one module for one tenant, or for all, between two steps. */
export interface ModuleStreams {
  /** End of the last step taken in. */
  readonly takenAt: Date | null;
  /** In the order of MEASURES. */
  readonly streams: readonly Stream[];
  readonly raised: readonly RaisedMeasure[];
  readonly heard: Readonly<Partial<Record<Measure, Heard>>>;
  readonly runningVersion: string | null;
  /** Until when nothing is raised, because a new version has to show its usual figures first. */
  readonly calmUntil: Date | null;
}
