import { LIMITS } from "@/lib/platform/limits";
import { EMPTY_CANARY, observeCanary } from "@/lib/rollout/canary/canary-state";
import type { CanaryVerdict } from "@/lib/rollout/canary/judge-canary";
import { canaryRulesOf, judgeCanary } from "@/lib/rollout/canary/judge-canary";
import { DEFAULT_WAVES, planWaves } from "@/lib/rollout/waves/plan-waves";
import { roomInFlight } from "@/lib/rollout/waves/room-in-flight";
import { widenWave } from "@/lib/rollout/waves/widen-wave";
import { FLEET_POLICY } from "@/lib/simulator/arms/fleet-policy";
import { healthyBeatsBefore, tryPatch } from "@/lib/simulator/arms/patch-trial";
import { binomial, exponential, poisson, uniform } from "@/lib/simulator/chance/draws";
import type { RandomStream } from "@/lib/simulator/chance/random-stream";
import { randomStream } from "@/lib/simulator/chance/random-stream";
import { EPOCH } from "@/lib/simulator/world/beats";
import type { Levels, Shop } from "@/lib/simulator/world/shop";
import { seasonOf } from "@/lib/simulator/world/shop";
import { DAY, HOUR, WORLD } from "@/lib/simulator/world/world-parameters";

export const RELEASE_KINDS = ["good", "five_times_worse", "totally_broken"] as const;
export type ReleaseKind = (typeof RELEASE_KINDS)[number];

/** How a release fared that was shipped in waves. */
export interface ReleaseTrial {
  readonly kind: ReleaseKind;
  /** Merchants at whom it ran before it was stopped, or until its first wave ended. */
  readonly merchantsHit: number;
  /** What became of the first wave: `stopped` by a shop's own health verdict. */
  readonly end: "stopped" | CanaryVerdict["decision"];
}

/** A fifth of the shops are on the whitelist, as volunteers are. */
const WHITELISTED = 0.33;
const JUDGED_EVERY_MS = 6 * HOUR;
/** A burst of a shop's own: about one in ten days, for a quarter of an hour on average. */
const BURST_GAP_MS = 10 * DAY;
const BURST_MS = HOUR / 4;

function harmedBy(kind: ReleaseKind): (levels: Levels) => Levels {
  return (levels) => {
    if (kind === "good") return levels;
    return { ...levels, failShare: kind === "totally_broken" ? 1 : Math.min(1, levels.failShare * 5) };
  };
}

/** Ships the first wave shop by shop: each fetches it at its next beat, never more under way than a release of that record may have. */
function shipFirstWave(kind: ReleaseKind, shops: readonly Shop[], at: number, next: RandomStream) {
  const started: { plugin: number; appliedAt: number; endsAt: number; isGood: boolean }[] = [];
  let queue = [...shops];
  let now = at;
  for (;;) {
    const ended = started.filter(({ endsAt }) => endsAt <= now);
    const bad = ended.filter(({ isGood }) => !isGood);
    // The first shop that goes back stops the release: what was fetched meanwhile has been hit, nothing more is offered.
    if (bad.length > 0) return { started, isStopped: true };
    const proven = ended.length;
    const room = roomInFlight(proven) - (started.length - ended.length);
    for (const shop of queue.slice(0, Math.max(0, room))) {
      const appliedAt = now + WORLD.beatMs * next();
      const truth = kind === "good" ? "fixed" : "worse";
      const setting = {
        shop,
        fault: null,
        truth,
        recent: healthyBeatsBefore(shop, appliedAt, next),
        toVersion: "1.100.0",
        appliedAt,
        healthSeconds: FLEET_POLICY.health_check_seconds,
        rollbackErrorThreshold: FLEET_POLICY.rollback_error_threshold,
        harm: harmedBy(kind),
      } as const;
      const trial = tryPatch(setting, next);
      started.push({ plugin: shop.plugin, appliedAt, endsAt: appliedAt + trial.seconds * 1_000, isGood: trial.verdict === "commit" });
    }
    queue = queue.filter(({ plugin }) => !started.some((each) => each.plugin === plugin));
    const coming = started.filter(({ endsAt }) => endsAt > now).map(({ endsAt }) => endsAt);
    if (coming.length === 0) return { started, isStopped: false };
    now = Math.min(...coming);
  }
}

/** Webhooks of one shop in a stretch of time, with bursts of its own. */
function stretch(shop: Shop, from: number, lasts: number, share: number, next: RandomStream) {
  const mean = shop.traffic * seasonOf(shop, from + lasts / 2) * (lasts / WORLD.beatMs);
  const events = poisson(next, mean);
  const hasBurst = next() < lasts / BURST_GAP_MS;
  const burstEvents = hasBurst ? Math.min(events, Math.round((events * Math.min(lasts, exponential(next, BURST_MS))) / lasts)) : 0;
  const failures = binomial(next, events - burstEvents, Math.min(1, share)) + binomial(next, burstEvents, uniform(next, 0.2, 1));
  return { events, failures };
}

/** Bakes the first wave for its days and judges it every few hours by the shops that still run the old version. */
function bake(
  kind: ReleaseKind,
  shops: readonly Shop[],
  canaries: ReadonlySet<number>,
  at: number,
  next: RandomStream,
): CanaryVerdict["decision"] {
  const [rule] = DEFAULT_WAVES;
  if (!rule) throw new RangeError("a rollout without a wave");
  const past = shops.map((shop) => stretch(shop, at - DAY, DAY, shop.failShare, next));
  let state = EMPTY_CANARY;
  for (let from = at; from < at + rule.bakeDays * DAY; from += JUDGED_EVERY_MS) {
    for (const shop of shops) {
      const isCanary = canaries.has(shop.plugin);
      const share = isCanary ? harmedBy(kind)({ failShare: shop.failShare } as Levels).failShare : shop.failShare;
      const before = past[shop.plugin] ?? { events: 0, failures: 0 };
      const arm = isCanary ? "canary" : "control";
      state = observeCanary(state, { pluginId: `${shop.plugin}`, arm, before, ...stretch(shop, from, JUDGED_EVERY_MS, share, next) });
    }
    const verdict = judgeCanary(state, canaryRulesOf(rule.tolerance, canaries.size));
    const { step } = widenWave({
      startedAt: new Date(EPOCH + at),
      now: new Date(EPOCH + from + JUDGED_EVERY_MS),
      rule,
      verdict,
      attempts: { ended: canaries.size, rolledBack: 0 },
      isNextTheLast: false,
    });
    if (step !== "hold") return step === "widen" ? "commit" : "rollback";
  }
  return "hold";
}

/** Ships one release to the first wave of a fleet and says how far it came. */
export function tryRelease(seed: number, index: number, kind: ReleaseKind, shops: readonly Shop[]): ReleaseTrial {
  const next = randomStream(seed, "release trial", index);
  const at = uniform(next, DAY, 20 * DAY);
  const fleet = shops.map(({ plugin }) => ({ pluginId: `${plugin}`, tenantId: `${plugin}`, isWhitelisted: next() < WHITELISTED }));
  const plan = planWaves(`release-${seed}-${index}`, fleet);
  const first = shops.filter(({ plugin }) => plan.get(`${plugin}`) === 0);
  const { started, isStopped } = shipFirstWave(kind, first, at, next);
  if (isStopped) {
    const stoppedAt = Math.min(...started.filter(({ isGood }) => !isGood).map(({ endsAt }) => endsAt));
    return { kind, merchantsHit: started.filter(({ appliedAt }) => appliedAt <= stoppedAt).length, end: "stopped" };
  }
  const end = bake(kind, shops, new Set(started.map(({ plugin }) => plugin)), at + LIMITS.healthExtensionSeconds * 1_000, next);
  return { kind, merchantsHit: started.length, end };
}
