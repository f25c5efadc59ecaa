import type { Surface } from "@/lib/modules/signals/types";
import type { Criticality } from "@/lib/modules/types";

/** What an objective is about. */
export const SLO_METRICS = [
  "availability",
  "latency_p95",
  "latency_p99",
  "error_rate",
  "queue_saturation",
  "database_errors",
  "retries",
  "timeouts",
] as const;
export type SloMetric = (typeof SLO_METRICS)[number];

/** Lengths of time over which a budget's burn is looked at, in seconds. */
export const WINDOWS = {
  "5m": 5 * 60,
  "30m": 30 * 60,
  "1h": 60 * 60,
  "2h": 2 * 60 * 60,
  "6h": 6 * 60 * 60,
  "1d": 24 * 60 * 60,
  "3d": 3 * 24 * 60 * 60,
  "30d": 30 * 24 * 60 * 60,
} as const;
export type WindowName = keyof typeof WINDOWS;
/** Over how long a budget lasts. */
export const BUDGET_WINDOW = "30d" satisfies WindowName;

/** What a module did in some span of time, as far as objectives ask; each adds up. */
export interface Sums {
  /** In which anything at all was reported. */
  readonly minutes: number;
  readonly requests: number;
  readonly errors: number;
  readonly timeouts: number;
  readonly retries: number;
  readonly dbErrors: number;
  /** Requests of which it is known how long they took, and those of them that took longer than each of the two limits. */
  readonly timed: number;
  readonly slow95: number;
  readonly slow99: number;
  /** A tenant's minutes in which there was a request, and those of them in which it was as good as down. */
  readonly askedMinutes: number;
  readonly downMinutes: number;
  /** Minutes in which depth and room of a queue are known, and those in which it was nearly full. */
  readonly queueMinutes: number;
  readonly fullMinutes: number;
}

/** Events that count, and those that were not as they should be: 0 <= bad <= total. */
export interface Events {
  readonly total: number;
  readonly bad: number;
}

/** A promise about one surface of one module. */
export interface Objective {
  /** `<module>.<surface>.<metric>` */
  readonly id: string;
  readonly moduleKey: string;
  readonly surface: Surface;
  readonly metric: SloMetric;
  /** Share of events that are to be good, 0..1 without its ends. */
  readonly target: number;
  /** For latencies: what a request may take at most, in ms, as it is really measured: the lower edge of a bucket. */
  readonly limitMs: number | null;
}

export const SLO_STATES = ["burning_fast", "exhausted", "burning_slow", "unknown", "ok"] as const;
export type SloState = (typeof SLO_STATES)[number];

/** Why nothing can be said: nothing was ever counted, nobody was heard lately, or too few events to tell. */
export type Unknown = "never_measured" | "not_heard" | "too_few";

export type WindowSums = Readonly<Record<WindowName, Sums>>;

/** A service of which objectives are kept. */
export interface MeasuredService {
  readonly moduleId: string;
  readonly moduleKey: string;
  readonly title: string;
  readonly criticality: Criticality;
}

/** What one service did on one surface, for one tenant or for all in scope together, in each window. */
export interface ScopeSums {
  /** The platform's own where all are added up. */
  readonly tenantId: string;
  readonly moduleId: string;
  readonly surface: Surface;
  readonly windows: WindowSums;
}
