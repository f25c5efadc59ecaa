import fc from "fast-check";
import { expect, test } from "vitest";
import { EMPTY_CANARY } from "@/lib/rollout/canary/canary-state";
import type { CanaryVerdict } from "@/lib/rollout/canary/judge-canary";
import { canaryRulesOf, judgeCanary } from "@/lib/rollout/canary/judge-canary";
import type { Candidate } from "@/lib/rollout/waves/plan-waves";
import { DEFAULT_WAVES, planWaves, waveOfLateJoiner } from "@/lib/rollout/waves/plan-waves";
import { roomInFlight } from "@/lib/rollout/waves/room-in-flight";
import { overrideWaves } from "@/lib/rollout/waves/wave-overrides";
import { widenWave } from "@/lib/rollout/waves/widen-wave";

const fleetOf = (count: number, whitelisted: number): Candidate[] =>
  Array.from({ length: count }, (_, index) => ({ pluginId: `p${index}`, tenantId: `t${index}`, isWhitelisted: index < whitelisted }));
const sizes = (plan: ReadonlyMap<string, number>) =>
  DEFAULT_WAVES.map((_, wave) => [...plan.values()].filter((each) => each === wave).length);

test("five merchants of the whitelist, then a fifth, half, and everybody", () => {
  expect(sizes(planWaves("r1", fleetOf(60, 20)))).toEqual([5, 7, 18, 30]);
  expect(sizes(planWaves("r1", fleetOf(60, 0)))).toEqual([0, 12, 18, 30]);
  expect(sizes(planWaves("r1", fleetOf(3, 3)))).toEqual([3, 0, 0, 0]);
});

test("everybody is in exactly one wave, whatever the order of asking; another release takes others first", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 80 }), fc.nat(80), fc.uuid(), (count, whitelisted, release) => {
      const fleet = fleetOf(count, whitelisted);
      const plan = planWaves(release, fleet);
      expect(plan.size).toBe(count);
      expect(new Map([...planWaves(release, fleet.toReversed())].sort())).toEqual(new Map([...plan].sort()));
      const first = fleet.filter(({ pluginId }) => plan.get(pluginId) === 0);
      expect(first.every(({ isWhitelisted }) => isWhitelisted)).toBe(true);
    }),
  );
  const firstOf = (release: string) => [...planWaves(release, fleetOf(60, 60))].filter(([, wave]) => wave === 0).map(([id]) => id);
  expect(firstOf("r1")).not.toEqual(firstOf("r2"));
});

test.each([
  { proven: [], wave: null },
  { proven: [0], wave: 0 },
  { proven: [0, 1], wave: 1 },
])("a late joiner with $proven proven takes $wave", ({ proven, wave }) => expect(waveOfLateJoiner(proven)).toBe(wave));

const verdict = (decision: CanaryVerdict["decision"]): CanaryVerdict => ({ ...judgeCanary(EMPTY_CANARY, canaryRulesOf(0.1, 5)), decision });
const day = (count: number) => new Date(Date.UTC(2026, 10, 1 + count));
test.each([
  { decision: "commit" as const, days: 7, rolledBack: 0, last: false, step: "widen" },
  { decision: "commit" as const, days: 6, rolledBack: 0, last: false, step: "hold", why: "not baked" },
  { decision: "hold" as const, days: 400, rolledBack: 0, last: false, step: "hold", why: "a held wave never widens" },
  { decision: null, days: 400, rolledBack: 0, last: false, step: "hold", why: "no verdict is hold" },
  { decision: "rollback" as const, days: 1, rolledBack: 0, last: false, step: "rollback" },
  { decision: "commit" as const, days: 7, rolledBack: 2, last: true, step: "hold", why: "2 % were rolled back" },
  { decision: "commit" as const, days: 7, rolledBack: 1, last: true, step: "widen" },
  { decision: "commit" as const, days: 7, rolledBack: 2, last: false, step: "widen", why: "only the last step asks" },
])("$decision after $days days, $rolledBack of 100 rolled back -> $step", ({ decision, days, rolledBack, last, step }) => {
  const standing = {
    startedAt: day(0),
    now: day(days),
    rule: DEFAULT_WAVES[0]!,
    attempts: { ended: 100, rolledBack },
    isNextTheLast: last,
  };
  expect(widenWave({ ...standing, verdict: decision === null ? null : verdict(decision) }).step).toBe(step);
});

test.each([
  [0, 1],
  [1, 2],
  [2, 4],
  [3, 4],
  [4, Number.POSITIVE_INFINITY],
])("with %d proven, %d may try it at once", (proven, room) => expect(roomInFlight(proven)).toBe(room));

test("how long a wave bakes is the policy's word, and a rollout's own where it says otherwise", () => {
  const policy = { bake_whitelist_days: 1, bake_fifth_days: 2.5, bake_half_days: 30 };
  const bakes = (overrides: Parameters<typeof overrideWaves>[1]) => overrideWaves(policy, overrides).map(({ bakeDays }) => bakeDays);
  expect(bakes([])).toEqual([1, 2.5, 30, 0]);
  expect(
    bakes([
      { name: "fifth", bakeSeconds: 43_200 },
      { name: "half", tolerance: 0.1 },
    ]),
  ).toEqual([1, 0.5, 30, 0]);
});
