import { z } from "zod";
import { counterRise } from "@/lib/detection/counter-rise";
import { areRising, RISING_MESSAGE, severityBySteps, stepsOf } from "@/lib/detection/severity-by-steps";
import type { Rule } from "@/lib/detection/types";
import { wilsonLower } from "@/lib/rollout/health/wilson-lower";
import type { BeatSample } from "@/lib/telemetry/types";

const params = z
  .strictObject({
    ...stepsOf(1),
    /** Fewest webhooks a rate must rest on, where the plugin counts them. */
    min_webhooks: z.number().int().min(1).max(1_000),
    /** How far back a quiet shop's webhooks are pooled to reach that number. */
    pool_seconds: z.number().int().min(60).max(7_200),
  })
  .refine(areRising, RISING_MESSAGE);

/** Share of failed webhooks in this beat alone, 0..1: as reported, else from the counters; null when it says nothing. */
function ownRate(previous: BeatSample | null, beat: BeatSample): number | null {
  const reported = beat.telemetry.webhook_fail_rate;
  if (reported !== undefined) return reported;
  const sent = counterRise(previous, beat, "webhooks_sent");
  const failed = counterRise(previous, beat, "webhooks_failed");
  return sent === null || failed === null || sent === 0 ? null : failed / sent;
}

interface Pool {
  readonly sent: number;
  readonly failed: number | null;
  readonly since: BeatSample;
}

/** Webhooks of the newest beats of one boot, taken back only as far as needed for `min_webhooks`. Null without counters. */
function poolBack(beats: readonly BeatSample[], params: { min_webhooks: number; pool_seconds: number }): Pool | null {
  const last = beats.at(-1);
  if (!last || last.telemetry.webhooks_sent === undefined) return null;
  let pool: Pool = { sent: 0, failed: 0, since: last };
  for (let index = beats.length - 1; index >= 0 && pool.sent < params.min_webhooks; index -= 1) {
    const beat = beats[index];
    if (!beat || beat.bootId !== last.bootId) break;
    if (last.receivedAt.getTime() - beat.receivedAt.getTime() > params.pool_seconds * 1_000) break;
    const sent = counterRise(beats[index - 1] ?? null, beat, "webhooks_sent");
    const failed = counterRise(beats[index - 1] ?? null, beat, "webhooks_failed");
    if (sent === null) break;
    pool = { sent: pool.sent + sent, failed: failed === null || pool.failed === null ? null : pool.failed + failed, since: beat };
  }
  return pool;
}

/** Fewest failed webhooks that speak of a fault, where they are counted. */
const FEWEST_FAILURES = 4;
/** Normal quantile of the bound below: 95 % on its side. */
const Z = 1.645;

/** Whether chance explains what failed: in a quiet shop one failed webhook of five is 20 %, and no incident. */
function isChance(sent: number, failed: number, low: number): boolean {
  return failed < FEWEST_FAILURES || wilsonLower(failed, sent, Z) < low / 2;
}

/** Webhooks fail: orders are paid, yet the shop does not hear of it. */
export const webhookFailRate: Rule<typeof params> = {
  id: "webhook_fail_rate",
  type: "webhook_fail_rate",
  explain: "The share of webhooks that failed since the beat before; a quiet shop's beats are pooled until enough were sent.",
  params,
  defaults: { low: 0.2, medium: 0.5, high: 0.9, min_webhooks: 5, pool_seconds: 900 },

  evaluate(window, params) {
    const last = window.beats.at(-1);
    if (!last) return null;
    const own = ownRate(window.beats.at(-2) ?? null, last);
    if (own === null || own < params.low) return null;

    const pool = poolBack(window.beats, params);
    if (pool && pool.sent < params.min_webhooks) return null;
    if (pool && pool.failed !== null && isChance(pool.sent, pool.failed, params.low)) return null;
    const rate = pool && pool.failed !== null ? Math.min(1, pool.failed / pool.sent) : own;
    const severity = severityBySteps(rate, params);
    if (!severity) return null;

    const basis = pool ? ` of the last ${pool.sent}` : "";
    return {
      ruleId: "webhook_fail_rate",
      type: "webhook_fail_rate",
      severity,
      observedAt: (pool?.since ?? last).receivedAt,
      statistic: "webhook_fail_rate",
      value: rate,
      usual: { low: 0, high: params.low },
      explain: `${Math.round(rate * 100)} %${basis} webhooks failed on version ${last.runningVersion}; up to ${Math.round(params.low * 100)} % is usual.`,
    };
  },

  mayFire(beat, params) {
    const reported = beat.telemetry.webhook_fail_rate;
    return reported === undefined ? (beat.telemetry.webhooks_failed ?? 0) > 0 : reported >= params.low;
  },
};
