import { LIMITS } from "@/lib/platform/limits";
import { baselineOf } from "@/lib/rollout/health/baseline-of";
import { judgeHealth } from "@/lib/rollout/health/judge-health";
import type { HealthInput, HealthVerdict } from "@/lib/rollout/types";
import { binomial, negativeBinomial, normal, poisson, uniform } from "@/lib/simulator/chance/draws";
import type { RandomStream } from "@/lib/simulator/chance/random-stream";
import { EPOCH } from "@/lib/simulator/world/beats";
import type { Fault } from "@/lib/simulator/world/faults";
import type { Levels, Shop } from "@/lib/simulator/world/shop";
import { levelsAt } from "@/lib/simulator/world/shop";
import { HARM, WORLD } from "@/lib/simulator/world/world-parameters";
import type { BeatSample } from "@/lib/telemetry/types";

/** What a patch really does, hidden from whoever judges it. */
export type PatchTruth = "fixed" | "nothing" | "worse";

/** How the trial of one patch on one shop went. */
export interface PatchTrial {
  readonly verdict: "commit" | "rollback" | "agent_restored";
  /** From applied to the verdict. */
  readonly seconds: number;
  /** The commit proved little. */
  readonly isInconclusive: boolean;
  /** Going back was because of harm that was seen, not for want of evidence. */
  readonly sawHarm: boolean;
}

const FIRST: BeatSample = {
  receivedAt: new Date(EPOCH),
  bootId: "00000000-0000-4000-9000-000000000000",
  seq: 0,
  runningVersion: "1.0.0",
  diskVersion: "1.0.0",
  active: true,
  telemetry: {},
  errors: [],
};
const BEAT_SECONDS = LIMITS.heartbeatProbationSeconds;
const SHARE_OF_BEAT = (BEAT_SECONDS * 1_000) / WORLD.beatMs;

export type HarmKind = keyof typeof HARM;

function harmOf(next: RandomStream): HarmKind {
  const target = next();
  let reached = 0;
  for (const kind of Object.keys(HARM) as HarmKind[]) {
    reached += HARM[kind];
    if (target < reached) return kind;
  }
  return "slow";
}

/** What the shop's figures tend to under a harmful patch. */
function harmed(levels: Levels, kind: HarmKind, next: RandomStream): Levels {
  switch (kind) {
    case "broken":
      return { ...levels, failShare: uniform(next, 0.8, 1) };
    case "failing":
      return { ...levels, failShare: Math.min(1, levels.failShare + uniform(next, 0.25, 0.5)) };
    case "slow":
      return { ...levels, latencyMs: levels.latencyMs * uniform(next, 6, 12) + 1_000 };
    default:
      return levels;
  }
}

/** One report of the new version, its counters risen since the one before. */
function report(next: RandomStream, levels: Levels, before: BeatSample, at: Date): BeatSample {
  const { webhooks_sent = 0, webhooks_failed = 0, errors_total = 0 } = before.telemetry;
  const sent = poisson(next, levels.traffic * SHARE_OF_BEAT);
  const failed = binomial(next, sent, levels.failShare);
  const errors =
    negativeBinomial(next, (levels.errors + levels.faultErrors) * SHARE_OF_BEAT, WORLD.errors.size) +
    binomial(next, failed, WORLD.errorPerFailure);
  return {
    ...before,
    receivedAt: at,
    seq: before.seq + 1,
    telemetry: {
      webhooks_sent: webhooks_sent + sent,
      webhooks_failed: webhooks_failed + failed,
      errors_total: errors_total + errors,
      ...(sent > 0 ? { webhook_fail_rate: failed / sent } : {}),
      latency_p95_ms: levels.latencyMs * Math.exp(WORLD.latency.sampling * normal(next)),
      queue_depth: negativeBinomial(next, levels.queue, WORLD.queue.size),
    },
  };
}

/** Half an hour of a healthy shop's beats, for a release that comes without an incident; counters run on from one boot. */
export function healthyBeatsBefore(shop: Shop, appliedAt: number, next: RandomStream): BeatSample[] {
  const beats: BeatSample[] = [];
  for (let back = 15; back > 0; back -= 1) {
    const at = appliedAt - back * WORLD.beatMs;
    const levels = levelsAt(shop, at, null, 1);
    const whole = { ...levels, traffic: levels.traffic / SHARE_OF_BEAT, errors: levels.errors / SHARE_OF_BEAT };
    const blank = { ...FIRST, runningVersion: "1.0.0", diskVersion: "1.0.0" };
    beats.push(report(next, whole, beats.at(-1) ?? blank, new Date(EPOCH + Math.round(at))));
  }
  return beats;
}

/** Everything about one trial that does not change while it runs. */
export interface TrialSetting {
  readonly shop: Shop;
  /** The fault at work, or null. */
  readonly fault: Fault | null;
  readonly truth: PatchTruth;
  /** Beats before it was applied, oldest first. */
  readonly recent: readonly BeatSample[];
  readonly toVersion: string;
  /** Milliseconds since the run began. */
  readonly appliedAt: number;
  readonly healthSeconds: number;
  readonly rollbackErrorThreshold: number;
  /** Which harm, where it must be a certain one. */
  readonly harm?: HarmKind | ((levels: Levels) => Levels);
}

function probesUntil(setting: TrialSetting, seconds: number, isDown: boolean): HealthInput["probes"] {
  if (!setting.shop.hasProbeUrl) return [];
  const count = Math.floor(seconds / BEAT_SECONDS);
  return Array.from({ length: count }, (_, index) => ({
    at: new Date(EPOCH + setting.appliedAt + (index + 1) * BEAT_SECONDS * 1_000),
    ok: !isDown,
  }));
}

function endOf(verdict: Exclude<HealthVerdict, { decision: "hold" }>, seconds: number): PatchTrial {
  const isInconclusive = verdict.decision === "commit" && verdict.inconclusive;
  return { verdict: verdict.decision, seconds, isInconclusive, sawHarm: verdict.decision === "rollback" && verdict.figures.failed > 0 };
}

/**
 * Puts a patch on one shop and lets the product's own judge watch it, report by report.
 *
 * A patch that dies at boot is restored by the agent itself; so is one whose truth is hidden, by the judge's verdict alone.
 */
export function tryPatch(setting: TrialSetting, next: RandomStream): PatchTrial {
  const { shop, fault, truth, appliedAt } = setting;
  const harm = truth === "worse" ? (setting.harm ?? harmOf(next)) : null;
  if (harm === "crash") return { verdict: "agent_restored", seconds: 5 + 10 * next(), isInconclusive: false, sawHarm: true };
  const usual = levelsAt(shop, appliedAt, truth === "fixed" ? null : fault, 1);
  const levels = harm === null ? usual : typeof harm === "function" ? harm(usual) : harmed(usual, harm, next);
  const applied = EPOCH + Math.round(appliedAt);
  const boot = "00000000-0000-4000-9000-000000000001";
  let last: BeatSample = { ...FIRST, bootId: boot, runningVersion: setting.toVersion, diskVersion: setting.toVersion };
  const beats: BeatSample[] = [...setting.recent];
  const baseline = baselineOf(setting.recent);
  let extended = false;
  for (let seconds = BEAT_SECONDS * next(); ; seconds += BEAT_SECONDS) {
    last = report(next, levels, last, new Date(applied + Math.round(seconds * 1_000)));
    beats.push(last);
    const verdict: HealthVerdict = judgeHealth({
      now: last.receivedAt,
      appliedAt: new Date(applied),
      windowSeconds: setting.healthSeconds,
      toVersion: setting.toVersion,
      beats,
      baseline,
      rollbackErrorThreshold: setting.rollbackErrorThreshold,
      probes: probesUntil(setting, seconds, false),
      extended,
    });
    if (verdict.decision === "hold") extended ||= verdict.extend;
    else return endOf(verdict, seconds);
  }
}
