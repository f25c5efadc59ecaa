import { logNormal } from "@/lib/simulator/chance/draws";
import { randomStream } from "@/lib/simulator/chance/random-stream";
import type { Fault, WorldMetric } from "@/lib/simulator/world/faults";
import { DAY, HOUR, WORLD } from "@/lib/simulator/world/world-parameters";

/** What one shop is like when nothing is wrong, for the whole run. */
export interface Shop {
  readonly plugin: number;
  readonly hasProbeUrl: boolean;
  /** Webhooks a beat at its busiest hour. */
  readonly traffic: number;
  /** Failed share of webhooks, 0..1. */
  readonly failShare: number;
  /** Errors a beat. */
  readonly errors: number;
  readonly latencyMs: number;
  readonly memoryMb: number;
  /** Hour of the day at which it is busiest, 0..24. */
  readonly peakHour: number;
}

/** Draws a shop. */
export function shopOf(seed: number, plugin: number): Shop {
  const next = randomStream(seed, plugin, "shop");
  return {
    plugin,
    hasProbeUrl: next() < WORLD.probedShops,
    traffic: logNormal(next, WORLD.traffic.median, WORLD.traffic.sigma),
    failShare: Math.min(0.05, logNormal(next, WORLD.failShare.median, WORLD.failShare.sigma)),
    errors: logNormal(next, WORLD.errors.median, WORLD.errors.sigma),
    latencyMs: logNormal(next, WORLD.latency.median, WORLD.latency.sigma),
    memoryMb: logNormal(next, WORLD.memory.median, WORLD.memory.sigma),
    peakHour: 12 + next() * 8,
  };
}

/** Share of the busiest hour's load, about 0.1..1, by hour of the day and day of the week. @param at milliseconds since the run began */
export function seasonOf(shop: Shop, at: number): number {
  const angle = (2 * Math.PI * ((at % DAY) / HOUR - shop.peakHour)) / 24;
  const daily = 1 - WORLD.traffic.dailyDip * (0.5 - 0.5 * Math.cos(angle));
  const day = Math.floor(at / DAY) % 7;
  return daily * (day >= 5 ? 1 - WORLD.traffic.weekendDip : 1);
}

/** How far a fault has come, 0..1: at once, or growing. */
function progressOf(fault: Fault, at: number): number {
  const lived = (at - fault.from) / (fault.until - fault.from);
  if (fault.kind === "drift") return Math.min(1, lived / WORLD.driftGrows);
  return fault.kind === "leak" ? lived : 1;
}

/** What a shop's figures tend to at one moment, noise apart. */
export interface Levels {
  readonly traffic: number;
  readonly failShare: number;
  readonly errors: number;
  /** Errors of the fault's own fingerprint a beat. */
  readonly faultErrors: number;
  readonly latencyMs: number;
  readonly queue: number;
  readonly memoryMb: number;
}

function levelWithout(shop: Shop, at: number, surge: number): Levels {
  const season = seasonOf(shop, at);
  const load = season * surge;
  const traffic = shop.traffic * load;
  return {
    traffic,
    failShare: shop.failShare,
    errors: shop.errors * (0.3 + 0.7 * load),
    faultErrors: 0,
    latencyMs: shop.latencyMs * (0.3 + load) ** WORLD.latency.perLoad,
    queue: 0.2 + WORLD.queue.perWebhook * traffic,
    memoryMb: shop.memoryMb,
  };
}

/** What a fault does to one figure. Multiplicative where the world's strengths are. */
const STRIKES: Readonly<Record<WorldMetric, (levels: Levels, strength: number, progress: number) => Levels>> = {
  webhook_fail_rate: (levels, strength, progress) => ({
    ...levels,
    failShare: Math.max(levels.failShare, levels.failShare + (strength - levels.failShare) * progress),
  }),
  errors: (levels, strength, progress) => ({ ...levels, faultErrors: (strength * progress * WORLD.beatMs) / 60_000 }),
  latency_p95_ms: (levels, strength, progress) => ({ ...levels, latencyMs: levels.latencyMs * (1 + (strength - 1) * progress) }),
  queue_depth: (levels, strength, progress) => ({ ...levels, queue: levels.queue + strength * progress }),
  memory_mb: (levels, strength, progress) => ({ ...levels, memoryMb: levels.memoryMb * (1 + (strength - 1) * progress) }),
};

/** Day and night change places in one figure: a nightly batch that moved into the day, a clock that was set wrong. */
function brokenSeason(levels: Levels, fault: Fault, shop: Shop, at: number): Levels {
  const other = levelWithout(shop, at + DAY / 2, 1);
  // The busier half of the figure's own day, half as high again: the batch does not become smaller by moving.
  if (fault.metric === "queue_depth") return { ...levels, queue: other.queue * 2.5 + 5 };
  const contrast = seasonOf(shop, at + DAY / 2);
  return { ...levels, latencyMs: levels.latencyMs * (0.8 + 1.4 * contrast) };
}

/**
 * What a shop's figures tend to.
 *
 * @param fault  the one that is at work, or null
 * @param surge  how many times the usual traffic comes
 */
export function levelsAt(shop: Shop, at: number, fault: Fault | null, surge: number): Levels {
  const levels = levelWithout(shop, at, surge);
  if (!fault?.metric) return levels;
  if (fault.kind === "seasonal_break") return brokenSeason(levels, fault, shop, at);
  return STRIKES[fault.metric](levels, fault.strength, progressOf(fault, at));
}

/** Whether a fault stops payments (WORLD.hard): what must be noticed within minutes. */
export function isHard(fault: Fault, shop: Shop): boolean {
  if (fault.kind === "silence") return true;
  if (fault.kind !== "spike" && fault.kind !== "level_shift") return false;
  switch (fault.metric) {
    case "webhook_fail_rate":
      return fault.strength >= WORLD.hard.webhook_fail_rate;
    case "errors":
      return fault.strength >= WORLD.hard.errors;
    case "latency_p95_ms":
      return fault.strength * shop.latencyMs >= WORLD.hard.latencyMs;
    default:
      return fault.metric === "queue_depth" && fault.strength >= WORLD.hard.queue_depth;
  }
}
