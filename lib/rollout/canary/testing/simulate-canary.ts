import type { CanaryArm, CanaryState } from "@/lib/rollout/canary/canary-state";
import { EMPTY_CANARY, observeCanary } from "@/lib/rollout/canary/canary-state";
import type { CanaryRules, CanaryVerdict } from "@/lib/rollout/canary/judge-canary";
import { judgeCanary } from "@/lib/rollout/canary/judge-canary";
import { beta, binomial, exponential, logNormal, poisson, uniform } from "@/lib/simulator/chance/draws";
import type { RandomStream } from "@/lib/simulator/chance/random-stream";
import { randomStream } from "@/lib/simulator/chance/random-stream";

/** A fleet in which a release is tried, as ground truth. */
export interface CanaryWorld {
  readonly canaries: number;
  readonly controls: number;
  /** Rounds of beats, and webhooks a plugin sends per round at the median. */
  readonly rounds: number;
  /** Rounds before which no wave commits. */
  readonly bakeRounds: number;
  /** Rounds of the past that are known of each plugin. */
  readonly roundsBefore: number;
  readonly eventsPerRound: number;
  /** Mean failure share of the old version, and how alike plugins are (sum of the beta's parameters). */
  readonly baseRate: number;
  readonly spread: number;
  /** What the new version multiplies the failure share by; 1 is harmless. */
  readonly harm: number;
  /** Bursts of a plugin of its own: chance per round to begin, mean rounds they last. */
  readonly burstChance: number;
  readonly burstRounds: number;
  /** Trouble that strikes everybody at once: chance per round, mean rounds it lasts. */
  readonly outageChance: number;
  /** All plugins send the same number of webhooks and have the same rate: the textbook's independent events. */
  readonly isTextbook?: boolean;
}

/** A first wave: five of 25 shops, as unlike as shops are, with bursts of their own and outages that strike all. */
export const CALM_FLEET: CanaryWorld = {
  canaries: 5,
  controls: 20,
  rounds: 100,
  bakeRounds: 50,
  roundsBefore: 300,
  eventsPerRound: 20,
  baseRate: 0.02,
  spread: 100,
  harm: 1,
  burstChance: 0.001,
  burstRounds: 10,
  outageChance: 0.002,
};

/** How a wave went: the verdict that ended it and when, or `hold` to the end. */
export interface CanaryRun {
  readonly decision: CanaryVerdict["decision"];
  readonly round: number;
  /** Webhooks the canary arm had sent by then. */
  readonly events: number;
}

interface Shop {
  readonly pluginId: string;
  before: { events: number; failures: number };
  readonly arm: CanaryArm;
  rate: number;
  readonly traffic: number;
  readonly next: RandomStream;
  burstUntil: number;
  burstRate: number;
}

function shopsOf(world: CanaryWorld, seed: number): Shop[] {
  return Array.from({ length: world.canaries + world.controls }, (_, index) => {
    const next = randomStream(seed, "shop", index);
    const arm = index < world.canaries ? "canary" : "control";
    const own = world.isTextbook ? world.baseRate : beta(next, world.baseRate * world.spread, (1 - world.baseRate) * world.spread);
    return {
      pluginId: `p${index}`,
      before: { events: 0, failures: 0 },
      arm,
      rate: own,
      traffic: world.isTextbook ? world.eventsPerRound : logNormal(next, world.eventsPerRound, 1),
      next,
      burstUntil: Number.NEGATIVE_INFINITY,
      burstRate: 0,
    };
  });
}

function rateIn(shop: Shop, world: CanaryWorld, round: number, outage: number): number {
  if (round >= shop.burstUntil && shop.next() < world.burstChance) {
    shop.burstUntil = round + 1 + exponential(shop.next, world.burstRounds);
    shop.burstRate = uniform(shop.next, 0.2, 1);
  }
  return Math.max(shop.rate, outage, round < shop.burstUntil ? shop.burstRate : 0);
}

/** One round of one shop. */
function counted(shop: Shop, world: CanaryWorld, round: number, outage: number): { events: number; failures: number } {
  const events = world.isTextbook ? shop.traffic : poisson(shop.next, shop.traffic);
  return { events, failures: binomial(shop.next, events, rateIn(shop, world, round, outage)) };
}

/** Lets a shop live its past, and gives it the release if it is a canary. */
function begin(shop: Shop, world: CanaryWorld): void {
  for (let round = -world.roundsBefore; round < 0; round += 1) {
    const { events, failures } = counted(shop, world, round, 0);
    shop.before = { events: shop.before.events + events, failures: shop.before.failures + failures };
  }
  if (shop.arm === "canary") shop.rate = Math.min(1, shop.rate * world.harm);
}

/** Plays one wave round by round and looks after each; it ends at a rollback, or at the first commit once it has baked. */
export function simulateCanary(world: CanaryWorld, rules: CanaryRules, seed: number): CanaryRun {
  const shops = shopsOf(world, seed);
  for (const shop of shops) begin(shop, world);
  const weather = randomStream(seed, "weather");
  let state: CanaryState = EMPTY_CANARY;
  let outageUntil = 0;
  let outageRate = 0;
  for (let round = 1; round <= world.rounds; round += 1) {
    if (round >= outageUntil && weather() < world.outageChance) {
      outageUntil = round + 1 + exponential(weather, world.burstRounds);
      outageRate = uniform(weather, 0.1, 0.8);
    }
    for (const shop of shops) {
      const { pluginId, arm, before } = shop;
      state = observeCanary(state, { pluginId, arm, before, ...counted(shop, world, round, round < outageUntil ? outageRate : 0) });
    }
    const verdict = judgeCanary(state, rules);
    const isOver = verdict.decision === "rollback" || (verdict.decision === "commit" && round >= world.bakeRounds);
    if (isOver) return { decision: verdict.decision, round, events: verdict.canary.events };
  }
  return { decision: "hold", round: world.rounds, events: judgeCanary(state, rules).canary.events };
}
