import { describe, expect, test } from "vitest";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { LIMITS } from "@/lib/platform/limits";
import { advanceAll } from "./advance-all";
import { findAnomalies } from "./find-anomalies";
import { advanceModule, newModuleStreams, packModule, unpackModule } from "./module-streams";
import { addSteps, readMeasure, sumMinutes } from "./step-sums";
import { playFaults, playWorld } from "./testing/play-world";
import { STEPS_A_DAY } from "./testing/quiet-world";
import type { ModuleStreams, StepSums } from "./types";
import { whoseOwn } from "./whose-own";

/** A step like every other, but for what is said of it. */
const step = (given: Partial<StepSums> = {}): StepSums => ({
  ...{ requests: 200, errors: 0, metered: 400, billed: 400, latency: { "20": 190, "22": 10 } },
  ...given,
});
const START = Date.parse("2026-06-01T00:00:00.000Z");
const at = (index: number) => new Date(START + index * LIMITS.moduleStepSeconds * 1_000);

/** A module that did the same for some steps, with a little noise. */
function heardFor(steps: number, hasBanks = false): ModuleStreams {
  let state = newModuleStreams(hasBanks);
  for (let index = 0; index < steps; index += 1) {
    const wave = Math.round(20 * Math.sin(index / 5));
    const [requests, metered, billed] = [200 + wave, 400 + wave, 400 + wave];
    state = advanceModule(state, { at: at(index), sums: step({ requests, metered, billed }), version: "1.0.0", isHistory: false });
  }
  return state;
}
const told = (state: ModuleStreams, when: Date) =>
  findAnomalies([{ ...state, tenantId: PLATFORM_TENANT, moduleKey: "search" }], new Map(), when);
function after(
  state: ModuleStreams,
  sums: StepSums | null,
  given: { times?: number; version?: string; from?: number } = {},
): ModuleStreams {
  const { times = 3, version = "1.0.0", from = STEPS_A_DAY + 10 } = given;
  let next = state;
  for (let index = from; index < from + times; index += 1) next = advanceModule(next, { at: at(index), sums, version, isHistory: false });
  return next;
}
const WARM = STEPS_A_DAY + 10;

describe("what one step says", () => {
  const minute = { surface: "tenant", requests: 30, errors: 3, meteredUnits: 50, billedUnits: 40, latency: { "10": 30 } } as const;

  test.each([
    ["error_rate", {}, 0.1],
    ["error_rate", { requests: 19, errors: 19 }, Number.NaN],
    ["latency_p95_ms", { latency: { "10": 59 } }, Number.NaN],
    ["latency_p99_ms", { latency: { "10": 299 } }, Number.NaN],
    ["unbilled_share", {}, 0.2],
    ["unbilled_share", { meteredUnits: 19, billedUnits: 0 }, Number.NaN],
    ["metered_units", { meteredUnits: 0 }, 0],
  ] as const)("%s of %o is %d: too few prove nothing", (measure, given, expected) => {
    const value = readMeasure(measure, sumMinutes([{ ...minute, ...given }]));
    if (Number.isNaN(expected)) expect(value).toBeNaN();
    else expect(value).toBeCloseTo(expected);
  });

  test("nothing told is nothing known; background work has no answer time; tenants add up", () => {
    expect(readMeasure("requests", null)).toBeNaN();
    expect(sumMinutes([{ ...minute, surface: "job" }]).latency).toEqual({});
    expect(addSteps([step(), step({ requests: 1, latency: { "20": 1 } })])).toMatchObject({
      requests: 201,
      latency: { "20": 191, "22": 10 },
    });
  });
});

test.each([
  { why: "requests fail", sums: step({ errors: 40 }), found: ["error_spike"] },
  { why: "answers take three times as long", sums: step({ latency: { "26": 190, "28": 10 } }), found: ["perf_drift"] },
  { why: "three times as much is metered, and billed", sums: step({ metered: 1_200, billed: 1_200 }), found: ["metering_anomaly"] },
  { why: "nothing is metered though requests come", sums: step({ metered: 0, billed: 0 }), found: ["metering_anomaly"] },
  { why: "a tenth is not billed", sums: step({ billed: 360 }), found: ["billing_anomaly"] },
  { why: "more is billed than was metered", sums: step({ billed: 480 }), found: ["billing_anomaly"] },
  { why: "custom stays away", sums: step({ requests: 30, metered: 60, billed: 60, latency: { "20": 30 } }), found: [] },
  { why: "everything is a little better", sums: step({ latency: { "18": 200 } }), found: [] },
  { why: "four requests fail", sums: step({ errors: 4 }), found: [] },
  { why: "nothing is heard", sums: null, found: [] },
])("$why -> $found", ({ sums, found }) => {
  const state = after(heardFor(WARM), sums);
  const { findings } = told(state, at(WARM + 3));
  expect([...new Set(findings.map(({ type }) => type))]).toEqual(found);
  for (const { evidence, usual } of findings) {
    expect(evidence.map(({ label }) => label)).toEqual(expect.arrayContaining(["expected", "observed", "since"]));
    expect(usual).not.toBeNull();
  }
});

describe("when nothing is told", () => {
  const bad = step({ errors: 60, metered: 2_000, billed: 0 });
  test.each([
    { why: "in the first day", state: () => after(heardFor(STEPS_A_DAY - 20), bad, { from: STEPS_A_DAY - 20 }) },
    { why: "while a new version shows its usual figures", state: () => after(heardFor(WARM), bad, { version: "1.1.0" }) },
  ])("$why", ({ state }) => expect(told(state(), at(WARM + 3)).findings).toEqual([]));

  test("by history", () => {
    const state = advanceModule(heardFor(WARM), { at: at(WARM), sums: bad, version: "1.0.0", isHistory: true });
    expect(state.raised).toEqual([]);
  });

  test("of what nobody speaks of any more: neither found nor over", () => {
    const state = after(heardFor(WARM), step({ errors: 60 }));
    const about = { tenantId: PLATFORM_TENANT, moduleKey: "search", ruleId: "spike:error_rate" };
    expect(told(state, at(WARM + 3)).findings).toHaveLength(1);
    const silent = after(state, null, { times: 30, from: WARM + 3 });
    const much = told(silent, at(WARM + 33));
    expect([much.findings, much.isUnknown(about)]).toEqual([[], true]);
    const well = after(silent, step(), { times: 5, from: WARM + 33 });
    expect(told(well, at(WARM + 38)).isUnknown(about)).toBe(false);
    expect(told(well, at(WARM + 38)).isUnknown({ ...about, ruleId: "spike:latency_p99_ms" })).toBe(true);
  });
});

test("packed and unpacked, streams go on bit for bit; bytes of another shape are learned anew", () => {
  const state = heardFor(80, true);
  const bytes = packModule(state.streams);
  const again = { ...state, streams: unpackModule(bytes, true) ?? [] };
  const [one, other] = [state, again].map((each) => packModule(after(each, step({ errors: 9 }), { from: 80 }).streams));
  expect(one).toEqual(other);
  expect(unpackModule(bytes, false)).toBeNull();
});

describe("whose story it is", () => {
  const world = (bad: ReadonlySet<string>, given: Partial<StepSums>, tenants: readonly string[] = ["a", "b", "c", "d"]) => {
    const memory = new Map<string, ModuleStreams>();
    for (let index = 0; index < WARM + 3; index += 1) {
      const wave = Math.round(20 * Math.sin(index / 5));
      const usual = step({ requests: 200 + wave, metered: 400 + wave, billed: 400 + wave });
      const sums = new Map(tenants.map((id) => [id, index >= WARM && bad.has(id) ? { ...usual, ...given } : usual]));
      const told = advanceAll(memory, sums, { at: at(index), version: "1.0.0", isHistory: false }, () => newModuleStreams(false));
      for (const [id, state] of told) memory.set(id, state);
    }
    const rows = [...memory].map(([tenantId, state]) => ({ ...state, tenantId, moduleKey: "search" }));
    return new Set(
      findAnomalies(rows, new Map([["search", tenants.length]]), at(WARM + 3)).findings.map(({ tenantId, type }) => `${tenantId} ${type}`),
    );
  };
  const all = PLATFORM_TENANT;

  test.each([
    { bad: ["a"], given: { errors: 120 }, found: ["a error_spike"] },
    {
      bad: ["a", "b", "c", "d"],
      given: { errors: 120 },
      found: [`${all} error_spike`, "a error_spike", "b error_spike", "c error_spike", "d error_spike"],
    },
    { bad: ["b"], given: { metered: 3_000, billed: 3_000 }, found: ["b metering_anomaly"] },
    {
      bad: ["a", "b", "c"],
      given: { billed: 0 },
      found: [`${all} billing_anomaly`, "a billing_anomaly", "b billing_anomaly", "c billing_anomaly"],
    },
  ])("$bad of four: $found", ({ bad, given, found }) => {
    expect([...world(new Set(bad), given)].sort()).toEqual([...found].sort());
  });

  test.each([
    { why: "requests for nobody in particular fail", bad: [all], found: [`${all} error_spike`] },
    { why: "its own requests fail", bad: ["a"], found: ["a error_spike"] },
    { why: "both fail", bad: ["a", all], found: [`${all} error_spike`, "a error_spike"] },
  ])("one tenant, and $why: $found", ({ bad, found }) => {
    expect([...world(new Set(bad), { errors: 120 }, ["a", all])].sort()).toEqual([...found].sort());
  });

  test("a tenant of which nothing is known yet has no story of its own: it is told of all", () => {
    const raised = { ruleId: "spike:error_rate", measure: "error_rate", since: at(0).toISOString(), statistic: "", value: 0.5 } as const;
    const spike = { ...raised, expected: null, words: null, ownOf: null };
    const tenant = { tenantId: "a", sums: step({ errors: 120 }), raised: [] };
    expect(whoseOwn(spike, [tenant], null)).toBeNull();
    expect(whoseOwn(spike, [{ ...tenant, raised: [spike] }], null)).toBe("a");
  });
});

describe("in a world with days, weeks, bursts and lost signals", () => {
  test("each planted fault is found within an hour at the tenant that has it, and nothing is said before", () => {
    const { told, faults } = playFaults(7);
    expect(told.filter(({ step: when }) => when < (faults[0]?.from ?? 0))).toEqual([]);
    for (const { type, from } of faults) {
      const first = told.find((one) => one.type === type);
      expect([type, first?.tenant, (first?.step ?? Number.POSITIVE_INFINITY) - from <= 30]).toEqual([type, 0, true]);
    }
  });

  test("quiet days are quiet", () => {
    expect(playWorld({ seed: 101, tenants: 3, days: 4 })).toEqual([]);
  });
});
