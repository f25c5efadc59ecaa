import type { Check, ErrorCount, ModuleMinute, ModuleView } from "../types";

/** Half a minute into a minute, so that what lies in the minute under way counts for less than a whole one. */
export const NOW = new Date("2026-11-22T12:00:30.000Z");
export const TENANT = "0190a000-0000-7000-8000-000000000001";
export const OTHER = "0190a000-0000-7000-8000-000000000002";

const ago = (minutes: number) => new Date(Math.floor(NOW.getTime() / 60_000 - minutes) * 60_000);

/** A minute of twenty good requests, but for what is said of it. */
export function minute(minutesAgo: number, given: Partial<ModuleMinute> = {}): ModuleMinute {
  return {
    ...{ tenantId: TENANT, minuteAt: ago(minutesAgo), surface: "tenant", requests: 20, errors: 0, timeouts: 0, retries: 0 },
    ...{ dbErrors: 0, deadLetters: 0, meteredUnits: 0, billedUnits: 0, latencyMsSum: 0 },
    ...{ queueDepthMax: null, queueCapacity: null, quotaUsed: null, quotaLimit: null, latency: { "20": 20 }, worstTraceId: null },
    ...given,
  };
}

export function errors(code: string, count: number, minutesAgo = 0, tenantId = TENANT): ErrorCount {
  return { tenantId, minuteAt: ago(minutesAgo), code, fingerprint: "f", count, sampleTraceId: null };
}

export function check(given: Partial<Check> = {}): Check {
  return { id: "index_complete", ok: true, isUnknown: false, detail: "", count: null, failingSince: null, failingBeats: 0, ...given };
}

/** A check that fails in its third beat. */
export const failing = (detail: string, given: Partial<Check> = {}) =>
  check({ ok: false, detail, failingSince: ago(0), failingBeats: 3, ...given });

export function view(given: Partial<ModuleView> = {}, secondsSilent = 5): ModuleView {
  return {
    now: NOW,
    listeningSince: ago(60),
    moduleKey: "search",
    criticality: "standard",
    beat: {
      lastSeen: new Date(NOW.getTime() - secondsSilent * 1_000),
      ...{ bootedAt: ago(60), runningVersion: "1.8.0", checks: [check()], queue: {} },
    },
    minutes: [minute(0), minute(1)],
    errors: [],
    ...given,
  };
}

/** The same with another newest word. */
export function beating(given: Partial<NonNullable<ModuleView["beat"]>>, secondsSilent = 5): ModuleView {
  const usual = view({}, secondsSilent);
  return { ...usual, beat: { ...(usual.beat as NonNullable<ModuleView["beat"]>), ...given } };
}
