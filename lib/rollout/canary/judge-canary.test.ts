import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LIMITS } from "@/lib/platform/limits";
import type { CanaryArm, CanaryState } from "@/lib/rollout/canary/canary-state";
import { canaryStateSchema, EMPTY_CANARY, observeCanary } from "@/lib/rollout/canary/canary-state";
import { canaryRulesOf, judgeCanary, mayWiden } from "@/lib/rollout/canary/judge-canary";
import { logGamma } from "@/lib/rollout/canary/log-gamma";
import { CALM_FLEET, simulateCanary } from "@/lib/rollout/canary/testing/simulate-canary";

const BEFORE = { events: 10_000, failures: 200 };
const FIRST_WAVE = canaryRulesOf(0.1, 5);
/** Plugins of one arm that all sent so many webhooks, of which so many failed each. */
function armOf(arm: CanaryArm, plugins: number, events: number, failures: number) {
  return Array.from({ length: plugins }, (_, index) => ({ pluginId: `${arm}${index}`, arm, before: BEFORE, events, failures }));
}
const stateOf = (...arms: ReturnType<typeof armOf>[]): CanaryState => arms.flat().reduce(observeCanary, EMPTY_CANARY);
const WELL = armOf("control", 20, 400, 8);

describe("verdicts", () => {
  test.each([
    { canaries: [], decision: "hold", reason: "no_data", why: "no data is hold" },
    { canaries: armOf("canary", 5, 0, 0), decision: "hold", reason: "no_data", why: "canaries that sent nothing are no data" },
    { canaries: armOf("canary", 5, 19, 0), decision: "hold", reason: "few_events", why: "95 clean webhooks are too few" },
    { canaries: armOf("canary", 2, 4_000, 80), decision: "hold", reason: "few_plugins", why: "two shops, however busy, are no fleet" },
    { canaries: armOf("canary", 5, 400, 8), decision: "commit", reason: "within_tolerance", why: "as good as control" },
    { canaries: armOf("canary", 5, 400, 0), decision: "commit", reason: "within_tolerance", why: "better than control" },
    {
      canaries: armOf("canary", 5, 400, 40),
      decision: "rollback",
      reason: "harm_shown",
      why: "2 % became 10 %, though wave 1 tolerates 10 points",
    },
    { canaries: armOf("canary", 5, 4, 4), decision: "rollback", reason: "harm_shown", why: "total breakage needs few webhooks" },
    { canaries: armOf("canary", 5, 400, 15), decision: "hold", reason: "suspicion", why: "2 % became 3.75 %: not shown, and not widened" },
  ])("$why -> $decision", ({ canaries, decision, reason }) => {
    const verdict = judgeCanary(stateOf(WELL, canaries), FIRST_WAVE);
    expect(verdict).toMatchObject({ decision });
    expect(verdict.reasons).toContain(reason);
    expect(mayWiden(verdict)).toBe(decision === "commit");
  });
  test("without a control group nothing is known: trouble may have struck everybody", () => {
    expect(judgeCanary(stateOf(armOf("canary", 5, 400, 200)), FIRST_WAVE)).toMatchObject({ decision: "hold" });
    expect(mayWiden(null)).toBe(false);
  });
  test("trouble that strikes both arms alike is nobody's fault", () => {
    const verdict = judgeCanary(stateOf(armOf("control", 20, 400, 120), armOf("canary", 5, 400, 120)), FIRST_WAVE);
    expect(verdict.decision).not.toBe("rollback");
  });
  test("one shop, however loud, neither rolls back nor hides the others", () => {
    const loud = { pluginId: "loud", arm: "canary" as const, before: BEFORE, events: 50_000, failures: 50_000 };
    const verdict = judgeCanary(stateOf(WELL, armOf("canary", 4, 400, 8), [loud]), FIRST_WAVE);
    expect(verdict.decision).not.toBe("rollback");
  });
  test("later waves ask for more, and the verdict says what stays unproven", () => {
    const state = stateOf(WELL, armOf("canary", 5, 60, 1));
    const [first, last] = [judgeCanary(state, FIRST_WAVE), judgeCanary(state, canaryRulesOf(0.02, 30))];
    expect(first.decision).toBe("commit");
    expect(last).toMatchObject({ decision: "hold", reasons: ["tolerance_not_shown"] });
    expect(last.unproven.excess).toBeGreaterThan(0.02);
    expect(last.unproven.excess).toBeLessThanOrEqual(0.1);
    expect(judgeCanary(EMPTY_CANARY, FIRST_WAVE).unproven).toEqual({
      excess: null,
      missingEvents: { canary: LIMITS.canaryMinimumEvents, control: LIMITS.canaryMinimumEvents },
      missingPlugins: 3,
    });
  });
});

describe("state", () => {
  const step = fc.record({ who: fc.nat(5), events: fc.nat(60), failed: fc.double({ min: 0, max: 1, noNaN: true }) });
  test("only sums matter: any order and grouping of beats gives the same verdict, also after being stored as JSON", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const given = steps.map(({ who, events, failed }) => ({
          pluginId: `p${who}`,
          arm: who < 3 ? ("canary" as const) : ("control" as const),
          before: BEFORE,
          events,
          failures: Math.floor(events * failed),
        }));
        const forwards = given.reduce(observeCanary, EMPTY_CANARY);
        const stored = canaryStateSchema.parse(JSON.parse(JSON.stringify(forwards)));
        expect(judgeCanary(stored, FIRST_WAVE)).toEqual(judgeCanary(forwards, FIRST_WAVE));
        const backwards = judgeCanary(given.toReversed().reduce(observeCanary, EMPTY_CANARY), FIRST_WAVE);
        expect(backwards.decision).toBe(judgeCanary(forwards, FIRST_WAVE).decision);
        expect(backwards.canary).toEqual(judgeCanary(forwards, FIRST_WAVE).canary);
      }),
      { numRuns: 25 },
    );
  });
  test("it is bounded, keeps a plugin in its arm, and refuses counts that cannot be", () => {
    const first = armOf("canary", 1, 10, 0)[0]!;
    expect(observeCanary(stateOf([first]), { ...first, arm: "control", events: 5 })).toEqual(stateOf([first]));
    expect(observeCanary(stateOf([first]), { ...first, events: 0 })).toEqual(stateOf([first]));
    const full = { version: 1 as const, tallies: armOf("canary", LIMITS.canaryPlugins, 1, 0) };
    expect(observeCanary(full, { ...first, pluginId: "one more" })).toBe(full);
    expect(() => observeCanary(EMPTY_CANARY, { ...first, failures: 11 })).toThrow(RangeError);
    expect(() => observeCanary(EMPTY_CANARY, { ...first, events: 1.5 })).toThrow(RangeError);
  });
});

describe("error rates under over-dispersion, looking after every round (bench/canary-errors.mjs plays thousands)", () => {
  const play = (count: number, changes: Partial<typeof CALM_FLEET>) =>
    Array.from({ length: count }, (_, index) => simulateCanary({ ...CALM_FLEET, ...changes }, FIRST_WAVE, index + 1));
  test("harmless canaries among bursts and outages are not rolled back", () => {
    const runs = play(60, { rounds: 40, bakeRounds: 20, controls: 12, burstChance: 0.004 });
    expect(runs.filter(({ decision }) => decision === "rollback")).toEqual([]);
    expect(runs.filter(({ decision }) => decision === "commit").length).toBeGreaterThan(30);
  });
  test("a patch five times worse never widens", () => {
    expect(play(60, { harm: 5, bakeRounds: 60 }).filter(({ decision }) => decision === "commit")).toEqual([]);
  });
  test("a totally broken patch is halted within a few dozen webhooks a shop", () => {
    const runs = play(20, { harm: 50 });
    expect(runs.every(({ decision, round }) => decision === "rollback" && round <= 6)).toBe(true);
  });
});

test.each([
  [1, 0],
  [5, Math.log(24)],
  [0.5, Math.log(Math.sqrt(Math.PI))],
  [101, 363.7393755555635],
])("ln gamma of %d", (x, expected) => expect(logGamma(x)).toBeCloseTo(expected, 9));
