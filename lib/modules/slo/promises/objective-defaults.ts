import type { Surface } from "@/lib/modules/signals/types";
import type { Criticality } from "@/lib/modules/types";
import type { SloMetric } from "../types";

/** Share of good events that is promised, and for latencies how long a good request takes at most. */
export interface Promised {
  readonly target: number;
  /** As wanted; what is measured is the edge of the latency bucket at or below it. */
  readonly wantedMs?: number;
}

type ByCriticality = Readonly<Record<Criticality, Promised>>;

const shares = (core: number, standard: number, optional: number): ByCriticality => ({
  core: { target: core },
  standard: { target: standard },
  optional: { target: optional },
});

/** The same share for all, and a limit for each. */
const within = (target: number, core: number, standard: number, optional: number): ByCriticality => ({
  core: { target, wantedMs: core },
  standard: { target, wantedMs: standard },
  optional: { target, wantedMs: optional },
});

const SECOND = 1_000;

/** What is promised unless a module's own line says otherwise: by surface, metric and how much hangs on the module. */
export const DEFAULTS: Readonly<Record<Surface, Readonly<Record<SloMetric, ByCriticality>>>> = {
  admin: {
    availability: shares(0.998, 0.995, 0.99),
    latency_p95: within(0.95, 600, 1_000, 2_000),
    latency_p99: within(0.99, 2_000, 3_000, 6_000),
    error_rate: shares(0.998, 0.995, 0.99),
    queue_saturation: shares(0.99, 0.98, 0.95),
    database_errors: shares(0.999, 0.995, 0.99),
    retries: shares(0.98, 0.95, 0.9),
    timeouts: shares(0.999, 0.995, 0.99),
  },
  tenant: {
    availability: shares(0.999, 0.995, 0.99),
    latency_p95: within(0.95, 300, 500, 1_000),
    latency_p99: within(0.99, 1_000, 1_500, 3_000),
    error_rate: shares(0.999, 0.995, 0.99),
    queue_saturation: shares(0.99, 0.98, 0.95),
    database_errors: shares(0.999, 0.995, 0.99),
    retries: shares(0.98, 0.95, 0.9),
    timeouts: shares(0.999, 0.995, 0.99),
  },
  job: {
    availability: shares(0.995, 0.99, 0.98),
    latency_p95: within(0.95, 30 * SECOND, 60 * SECOND, 120 * SECOND),
    latency_p99: within(0.99, 60 * SECOND, 120 * SECOND, 300 * SECOND),
    error_rate: shares(0.995, 0.99, 0.98),
    queue_saturation: shares(0.99, 0.98, 0.95),
    database_errors: shares(0.999, 0.995, 0.99),
    retries: shares(0.95, 0.9, 0.8),
    timeouts: shares(0.995, 0.99, 0.98),
  },
  integration: {
    availability: shares(0.99, 0.98, 0.95),
    latency_p95: within(0.95, 2_000, 3_000, 5_000),
    latency_p99: within(0.99, 5_000, 8_000, 10_000),
    error_rate: shares(0.99, 0.98, 0.95),
    queue_saturation: shares(0.99, 0.98, 0.95),
    database_errors: shares(0.999, 0.995, 0.99),
    retries: shares(0.95, 0.9, 0.8),
    timeouts: shares(0.99, 0.98, 0.95),
  },
};

/**
 * Modules of which something else is promised, by key, surface and metric. `ocr` reads whole images and `exports` writes whole files:
 * what a page waits for is slow there by nature.
 */
export const OVERRIDES: Readonly<Record<string, Readonly<Partial<Record<Surface, Readonly<Partial<Record<SloMetric, Promised>>>>>>>> = {
  exports: {
    tenant: { latency_p95: { target: 0.95, wantedMs: 2_000 }, latency_p99: { target: 0.99, wantedMs: 6_000 } },
  },
  ocr: {
    tenant: { latency_p95: { target: 0.95, wantedMs: 2_000 }, latency_p99: { target: 0.99, wantedMs: 6_000 } },
  },
};
