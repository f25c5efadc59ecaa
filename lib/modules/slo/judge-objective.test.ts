import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { budgetGate, budgetGateBefore, instantBefore, scopeBurn } from "./budget-gate";
import { burnOf, eventsNeeded, WINDOW_PAIRS } from "./judge-burn";
import { judgeObjective, pageBurn } from "./judge-objective";
import { addSums, eventsOf, NO_SUMS } from "./sums";
import { type Objective, SLO_METRICS, type Sums, WINDOWS, type WindowName, type WindowSums } from "./types";

const at = new Date("2026-01-31T12:00:00Z");
const objective = (target = 0.99, metric: Objective["metric"] = "error_rate"): Objective => ({
  ...{ id: `m.tenant.${metric}`, moduleKey: "m", surface: "tenant", metric, target, limitMs: null },
});
const NAMES = Object.keys(WINDOWS) as WindowName[];

/** The same rate of requests in every window; of each window's requests this share failed. */
function windowsOf(perMinute: number, shares: Partial<Record<WindowName, number>>): WindowSums {
  const of = (name: WindowName): Sums => {
    const requests = (perMinute * WINDOWS[name]) / 60;
    return { ...NO_SUMS, minutes: WINDOWS[name] / 60, requests, errors: requests * (shares[name] ?? 0) };
  };
  return Object.fromEntries(NAMES.map((name) => [name, of(name)])) as Record<WindowName, Sums>;
}
const everywhere = (share: number) => Object.fromEntries(NAMES.map((name) => [name, share]));

// With a target of 99 %, a share of 1 % bad is a burn of 1.
describe("state of an objective", () => {
  test.each([
    ["nothing bad", 60, {}, "ok"],
    ["just within the budget", 60, everywhere(0.009), "ok"],
    ["a little too fast, for days", 60, { ...everywhere(0.011), "30d": 0.005 }, "burning_slow"],
    ["14.4 in both windows", 60, { "5m": 0.15, "1h": 0.15 }, "burning_fast"],
    ["6 in both windows", 60, { "30m": 0.07, "6h": 0.07 }, "burning_fast"],
    ["3 in both windows", 60, { "2h": 0.035, "1d": 0.035 }, "burning_slow"],
    ["1 in both windows", 60, { "6h": 0.011, "3d": 0.011 }, "burning_slow"],
    ["it was bad, and is over", 60, { "1h": 0.5, "6h": 0.1 }, "ok"],
    ["it has begun, and does not matter yet", 60, { "5m": 0.5 }, "ok"],
    ["fast, but not as fast as anybody is woken for", 60, { "5m": 0.125, "1h": 0.125 }, "ok"],
    ["the budget is spent, and nothing burns now", 60, { "30d": 0.02 }, "exhausted"],
    ["spent and burning fast: the burning is said", 60, { ...everywhere(0.5) }, "burning_fast"],
    ["one request in ten minutes, all well", 0.1, {}, "ok"],
    ["too few to tell, all well", 0.002, {}, "unknown"],
    ["too few to tell, all bad", 0.002, everywhere(1), "unknown"],
    ["nothing", 0, {}, "unknown"],
  ] as const)("%s", (_why, perMinute, shares, state) => {
    expect(judgeObjective(objective(), windowsOf(perMinute, shares), at).state).toBe(state);
  });

  test("nobody was heard within the hour: unknown, however good it was before", () => {
    const sums = { ...windowsOf(60, {}), "5m": NO_SUMS, "30m": NO_SUMS, "1h": NO_SUMS };
    expect(judgeObjective(objective(), sums, at)).toMatchObject({ state: "unknown", unknown: "not_heard" });
    expect(judgeObjective(objective(), windowsOf(0, {}), at).unknown).toBe("never_measured");
    expect(judgeObjective(objective(), windowsOf(0.002, {}), at).unknown).toBe("too_few");
  });

  test.each(WINDOW_PAIRS)("by itself no single event reaches the pair of $factor", ({ factor, long }) => {
    for (const target of [0.95, 0.99, 0.999]) {
      const needed = eventsNeeded(factor, target);
      expect(burnOf({ total: needed, bad: 1 }, target)).toBeLessThanOrEqual(factor);
      const sums = windowsOf(0, {});
      const few = { ...NO_SUMS, minutes: 1, requests: needed - 1, errors: needed - 1 };
      const judged = judgeObjective(objective(target), { ...sums, [long]: few }, at);
      expect(judged.pairs.find((pair) => pair.factor === factor)).toMatchObject({ longBurn: null, isFiring: false });
    }
  });
});

describe("budget", () => {
  test("what is left, and when it is spent if it goes on", () => {
    const { budget } = judgeObjective(objective(), windowsOf(60, { ...everywhere(0.02), "30d": 0.005 }), at);
    expect(budget.left).toBeCloseTo(0.5, 9);
    // Half of 30 days at twice the allowed pace: 7.5 days.
    expect(budget.exhaustedAt?.toISOString()).toBe("2026-02-08T00:00:00.000Z");
    expect(budget.spentAs).toBe("3d");
  });
  test.each([
    ["at less than the allowed pace", { "30d": 0.005, "3d": 0.004 }],
    ["spent already", everywhere(0.05)],
  ] as const)("%s there is no such day", (_why, shares) => {
    expect(judgeObjective(objective(), windowsOf(60, shares), at).budget.exhaustedAt).toBeNull();
  });
});

test("latencies, queues and what stands beside requests", () => {
  const sums: Sums = { ...NO_SUMS, requests: 10, errors: 2, timeouts: 1, retries: 30, dbErrors: 4, timed: 9, slow95: 3, slow99: 1 };
  const more = { ...sums, askedMinutes: 5, downMinutes: 1, queueMinutes: 7, fullMinutes: 2 };
  expect(Object.fromEntries(SLO_METRICS.map((metric) => [metric, eventsOf(metric, more)]))).toEqual({
    availability: { total: 5, bad: 1 },
    latency_p95: { total: 9, bad: 3 },
    latency_p99: { total: 9, bad: 1 },
    error_rate: { total: 10, bad: 2 },
    queue_saturation: { total: 7, bad: 2 },
    database_errors: { total: 10, bad: 4 },
    retries: { total: 30, bad: 30 },
    timeouts: { total: 10, bad: 1 },
  });
});

const count = fc.nat(2_000);
const someSums = fc.record({ requests: count, errors: count, slow: count, minutes: fc.nat(60), down: fc.nat(60) }).map(
  ({ requests, errors, slow, minutes, down }): Sums => ({
    ...NO_SUMS,
    ...{ minutes, requests, errors: Math.min(errors, requests), timed: requests, slow95: Math.min(slow, requests) },
    ...{ askedMinutes: minutes, downMinutes: Math.min(down, minutes) },
  }),
);
/** Windows that hold each other: each is the one before it and something more. */
const nested = fc.tuple(...NAMES.map(() => someSums)).map((spans) => {
  let sum = NO_SUMS;
  return Object.fromEntries(
    NAMES.map((name, index) => {
      sum = addSums(sum, spans[index] ?? NO_SUMS);
      return [name, sum];
    }),
  ) as Record<WindowName, Sums>;
});
const aTarget = fc.constantFrom(0.9, 0.95, 0.99, 0.995, 0.999);
const rank = { ok: 0, unknown: 0, burning_slow: 1, exhausted: 2, burning_fast: 3 } as const;

describe("properties", () => {
  test("more bad never lowers a burn, a state or what the gate asks", () => {
    fc.assert(
      fc.property(nested, aTarget, fc.constantFrom(...NAMES), fc.integer({ min: 1, max: 500 }), (sums, target, since, more) => {
        const turned = (sum: Sums): Sums => ({ ...sum, errors: Math.min(sum.requests, sum.errors + more) });
        const worse = Object.fromEntries(
          NAMES.map((name) => [name, WINDOWS[name] >= WINDOWS[since] ? turned(sums[name]) : sums[name]]),
        ) as Record<WindowName, Sums>;
        const [before, after] = [judgeObjective(objective(target), sums, at), judgeObjective(objective(target), worse, at)];
        for (const name of NAMES) expect(burnOf(after.windows[name], target)).toBeGreaterThanOrEqual(burnOf(before.windows[name], target));
        expect(pageBurn(after) ?? -1).toBeGreaterThanOrEqual(pageBurn(before) ?? -1);
        expect(rank[after.state]).toBeGreaterThanOrEqual(rank[before.state]);
        expect(after.budget.left ?? 0).toBeLessThanOrEqual(before.budget.left ?? 0);
        if (budgetGate(scopeBurn([before], true)) === "suggest_only") expect(budgetGate(scopeBurn([after], true))).toBe("suggest_only");
      }),
    );
  });

  test("how minutes are cut and in which order they are added changes nothing", () => {
    fc.assert(
      fc.property(fc.array(someSums, { minLength: 1, maxLength: 12 }), fc.nat(11), (parts, cut) => {
        const all = parts.reduce(addSums, NO_SUMS);
        const [head, tail] = [parts.slice(0, cut), parts.slice(cut)];
        expect(addSums(tail.reduce(addSums, NO_SUMS), head.reduce(addSums, NO_SUMS))).toEqual(all);
        for (const metric of SLO_METRICS) {
          const { total, bad } = eventsOf(metric, all);
          expect(bad).toBeGreaterThanOrEqual(0);
          expect(total).toBeGreaterThanOrEqual(bad);
        }
      }),
    );
  });

  test("what is unknown is never green, whatever was counted", () => {
    fc.assert(
      fc.property(nested, aTarget, (sums, target) => {
        const judged = judgeObjective(objective(target), sums, at);
        const isKnown = judged.budget.left !== null && judged.pairs.some(({ longBurn }) => longBurn !== null) && sums["1h"].minutes > 0;
        if (!isKnown) expect(judged.state).not.toBe("ok");
        if (judged.state === "ok") expect(judged.budget.left).toBeGreaterThan(0);
      }),
    );
  });
});

describe("the gate of autonomy", () => {
  const none = { burn: null, worst: null, isHeard: true, hasBad: false };
  test.each([
    ["calm", { ...none, burn: 0 }, "ok"],
    ["just at the bound", { ...none, burn: 6, hasBad: true }, "ok"],
    ["above it", { ...none, burn: 6.01, hasBad: true }, "suggest_only"],
    ["few events, none bad", none, "ok"],
    ["few events, some bad", { ...none, hasBad: true }, "suggest_only"],
    ["nobody heard", { ...none, isHeard: false }, "suggest_only"],
    ["nobody heard now, calm before", { ...none, burn: 0, isHeard: false }, "suggest_only"],
  ] as const)("%s", (_why, burn, gate) => expect(budgetGate(burn)).toBe(gate));

  const before = { ...none, at: "2026-11-22T12:00:59.999Z" };
  test.each([
    ["calm before: the incident's own burn is left out", { ...before, burn: 0.4 }, null, "ok"],
    ["at the bound before", { ...before, burn: 6, hasBad: true }, null, "ok"],
    ["burning before already", { ...before, burn: 6.1, hasBad: true }, null, "suggest_only"],
    ["few events before, none bad", before, null, "ok"],
    ["few events before, some bad", { ...before, hasBad: true }, null, "suggest_only"],
    ["nobody heard before", { ...before, isHeard: false }, null, "suggest_only"],
    ["calm before, and Center made it worse", { ...before, burn: 0.4 }, "rebuild_index", "suggest_only"],
    ["burning before, and Center made it worse", { ...before, burn: 7, hasBad: true }, "restart", "suggest_only"],
  ] as const)("before the incident, %s", (_why, burn, worsenedBy, word) => {
    expect(budgetGateBefore(burn, worsenedBy)).toMatchObject({ word });
  });

  test("it says which figure of which instant it rests on", () => {
    const worst = { id: "billing.tenant.error_rate", surface: "tenant", metric: "error_rate" } as const;
    expect(budgetGateBefore({ ...before, burn: 0.44, worst }, null).why).toBe(
      "before the incident began, at 2026-11-22 12:00:59 UTC, the error budget burned 0.4 times (billing.tenant.error_rate)",
    );
    expect(budgetGateBefore(before, "rebuild_index").why).toBe("rebuild index made it worse: people decide about fixes");
  });

  test.each([
    ["2026-11-22T12:02:00.000Z", "2026-11-22T12:00:59.999Z"],
    ["2026-11-22T12:02:59.999Z", "2026-11-22T12:00:59.999Z"],
    ["2026-11-22T12:03:00.000Z", "2026-11-22T12:01:59.999Z"],
  ])("of an incident that began at %s, what was counted up to %s is before", (openedAt, instant) => {
    expect(instantBefore(new Date(openedAt)).toISOString()).toBe(instant);
  });

  test("the worst objective of a scope is the one that counts", () => {
    const calm = judgeObjective(objective(), windowsOf(60, {}), at);
    const sick = judgeObjective(objective(0.99, "timeouts"), windowsOf(60, {}), at);
    const bad = judgeObjective(objective(0.99), windowsOf(60, { "30m": 0.08, "6h": 0.07 }), at);
    const unknown = judgeObjective(objective(), windowsOf(0, {}), at);
    expect(scopeBurn([calm, bad, sick, unknown], true)).toMatchObject({ burn: expect.closeTo(7, 6), worst: { metric: "error_rate" } });
    expect(scopeBurn([unknown], false)).toEqual({ burn: null, worst: null, isHeard: false, hasBad: false });
  });
});
