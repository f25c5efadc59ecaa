import { bucketOf } from "@/lib/modules/signals/latency-buckets";
import { LIMITS } from "@/lib/platform/limits";
import { beta, binomial, logNormal, negativeBinomial, normal, poisson, uniform } from "@/lib/simulator/chance/draws";
import { type RandomStream, randomStream } from "@/lib/simulator/chance/random-stream";
import type { StepSums } from "../types";

const STEP_MS = LIMITS.moduleStepSeconds * 1_000;
const DAY_MS = 86_400_000;
/** Monday, so that a week begins with its working days. */
const WORLD_BEGINS = new Date("2026-06-01T00:00:00.000Z");

export const stepAt = (step: number) => new Date(WORLD_BEGINS.getTime() + step * STEP_MS);
export const STEPS_A_DAY = DAY_MS / STEP_MS;

/** What goes wrong with one tenant's part of a module from one step until another; each factor 1 and each share 0 where nothing does. */
export interface Planted {
  readonly from: number;
  readonly until: number;
  readonly errorShare?: number;
  readonly latencyTimes?: number;
  readonly meteredTimes?: number;
  readonly unbilled?: number;
}

/** How one tenant uses a module, drawn once. */
interface Habit {
  readonly next: RandomStream;
  readonly requests: number;
  readonly swing: number;
  readonly peakHour: number;
  readonly weekend: number;
  readonly size: number;
  readonly errorRate: number;
  readonly medianMs: number;
  readonly sigma: number;
  readonly underLoad: number;
  readonly unitsEach: number;
  /** Steps between two bills; 1 bills as it goes. */
  readonly billEvery: number;
  level: number;
  slowness: number;
  unbilled: number;
}

function habitOf(seed: number, tenant: number): Habit {
  const next = randomStream(seed, "tenant", tenant);
  return {
    next,
    requests: logNormal(next, 60, 1),
    swing: uniform(next, 0.2, 0.7),
    peakHour: uniform(next, 9, 20),
    weekend: uniform(next, 0.4, 1.1),
    size: uniform(next, 5, 40),
    errorRate: next() < 0.4 ? 0 : logNormal(next, 0.004, 1),
    medianMs: logNormal(next, 60, 0.8),
    sigma: uniform(next, 0.3, 0.8),
    underLoad: uniform(next, 0, 0.4),
    unitsEach: next() < 0.3 ? 0 : uniform(next, 0.5, 6),
    billEvery: next() < 0.3 ? 30 : 1,
    level: 0,
    slowness: 0,
    unbilled: 0,
  };
}

/** What something is planted at has what it is planted in: requests enough, a meter, and bills as it goes. */
const ORDINARY = { requests: 120, unitsEach: 2, billEvery: 1 } as const;

function rhythm({ swing, peakHour, weekend }: Habit, at: Date): number {
  const hour = at.getUTCHours() + at.getUTCMinutes() / 60;
  const isWeekend = at.getUTCDay() % 6 === 0;
  return (1 + swing * Math.cos(((hour - peakHour) / 24) * 2 * Math.PI)) * (isWeekend ? weekend : 1);
}

function latencyOf({ next, medianMs, sigma }: Habit, requests: number, times: number): Record<string, number> {
  const latency: Record<string, number> = {};
  for (let count = 0; count < requests; count += 1) {
    const bucket = String(bucketOf(logNormal(next, medianMs * times, sigma)));
    latency[bucket] = (latency[bucket] ?? 0) + 1;
  }
  return latency;
}

/** What was used and what was billed: as it goes, with a little of it a step later, or all of an hour at once. */
function money(habit: Habit, requests: number, step: number, planted: Planted | null) {
  const { next, unitsEach, billEvery } = habit;
  const metered = Math.round(poisson(next, requests * unitsEach) * (planted?.meteredTimes ?? 1));
  const owed = habit.unbilled + metered * (1 - (planted?.unbilled ?? 0));
  const isDue = step % billEvery === 0;
  const late = billEvery === 1 ? binomial(next, metered, 0.01) : 0;
  const billed = isDue ? Math.max(0, Math.round(owed) - late) : 0;
  habit.unbilled = owed - billed;
  return { metered, billed };
}

/**
 * A module whose tenants go about their business: days and weeks, bursts, answers that slow down under load, errors that come in clusters,
 * meters and bills, lost steps; and nothing wrong, but for what is planted. Everything comes from the seed.
 *
 * @returns for each step in order what each tenant did; null where its signals were lost
 */
export function quietWorld(seed: number, tenants: number, plant: (tenant: number) => readonly Planted[] = () => []) {
  const habits = Array.from({ length: tenants }, (_, tenant) => ({
    ...habitOf(seed, tenant),
    ...(plant(tenant).length > 0 ? ORDINARY : {}),
  }));
  let step = -1;
  return (): (StepSums | null)[] => {
    step += 1;
    return habits.map((habit, tenant) => {
      const { next } = habit;
      const planted = plant(tenant).find(({ from, until }) => step >= from && step < until) ?? null;
      habit.level = 0.9 * habit.level + 0.1 * normal(next);
      habit.slowness = 0.95 * habit.slowness + 0.03 * normal(next);
      const load = rhythm(habit, stepAt(step)) * Math.exp(habit.level);
      const requests = negativeBinomial(next, habit.requests * load, habit.size);
      const share = habit.errorRate === 0 ? 0 : beta(next, habit.errorRate * 200, (1 - habit.errorRate) * 200);
      const errors = binomial(next, requests, Math.min(1, share + (planted?.errorShare ?? 0)));
      const times = Math.exp(habit.slowness) * (1 + habit.underLoad * (load - 1)) * (planted?.latencyTimes ?? 1);
      const latency = latencyOf(habit, requests, Math.max(0.2, times));
      const sums = { requests, errors, latency, ...money(habit, requests, step, planted) };
      return next() < 0.001 ? null : sums;
    });
  };
}
