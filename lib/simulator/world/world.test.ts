import { describe, expect, test } from "vitest";
import { beta, binomial, gamma, negativeBinomial, normal, poisson } from "@/lib/simulator/chance/draws";
import { hashOf, randomStream } from "@/lib/simulator/chance/random-stream";
import { effectOf, worthOf } from "@/lib/simulator/world/action-table";
import { beatsOf } from "@/lib/simulator/world/beats";
import { FAULT_KINDS, fateOf } from "@/lib/simulator/world/faults";
import { levelsAt, shopOf } from "@/lib/simulator/world/shop";
import { DAY, WORLD } from "@/lib/simulator/world/world-parameters";
import { SIRA_ACTIONS } from "@/lib/sira/types";

const MANY = 20_000;
function moments(draw: (next: () => number) => number, label: string) {
  const next = randomStream(1, label);
  const values = Array.from({ length: MANY }, () => draw(next));
  const mean = values.reduce((sum, value) => sum + value, 0) / MANY;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / MANY };
}

describe("chance", () => {
  test.each([
    { name: "normal", draw: normal, mean: 0, variance: 1 },
    { name: "poisson", draw: (next: () => number) => poisson(next, 4), mean: 4, variance: 4 },
    { name: "poisson, large", draw: (next: () => number) => poisson(next, 100), mean: 100, variance: 100 },
    { name: "negative binomial", draw: (next: () => number) => negativeBinomial(next, 5, 2), mean: 5, variance: 17.5 },
    { name: "binomial", draw: (next: () => number) => binomial(next, 20, 0.1), mean: 2, variance: 1.8 },
    { name: "binomial, mostly failing", draw: (next: () => number) => binomial(next, 20, 0.9), mean: 18, variance: 1.8 },
    { name: "binomial, large", draw: (next: () => number) => binomial(next, 1_000, 0.3), mean: 300, variance: 210 },
    { name: "gamma", draw: (next: () => number) => gamma(next, 0.5, 2), mean: 1, variance: 2 },
    { name: "beta", draw: (next: () => number) => beta(next, 2, 8), mean: 0.2, variance: 0.01455 },
  ])("$name has its mean and variance", ({ name, draw, mean, variance }) => {
    const found = moments(draw, name);
    expect(Math.abs(found.mean - mean)).toBeLessThan(5 * Math.sqrt(variance / MANY));
    expect(found.variance / variance).toBeGreaterThan(0.85);
    expect(found.variance / variance).toBeLessThan(1.15);
  });
  test("streams are replayed, and other labels give others", () => {
    const [a, again, other] = [randomStream(1, "a"), randomStream(1, "a"), randomStream(1, "b")];
    const first = [a(), a(), a()];
    expect([again(), again(), again()]).toEqual(first);
    expect([other(), other(), other()]).not.toEqual(first);
    expect(hashOf(1, "a", "bc")).not.toBe(hashOf(1, "ab", "c"));
  });
});

describe("world", () => {
  test("faults of one plugin never overlap, come in every kind, and end within the run", () => {
    const kinds = new Set<string>();
    for (let plugin = 0; plugin < 60; plugin += 1) {
      const { faults } = fateOf(3, plugin, 30 * DAY);
      for (const [index, fault] of faults.entries()) {
        kinds.add(fault.kind);
        expect(fault.from).toBeGreaterThanOrEqual(Math.max(WORLD.quietStartMs, (faults[index - 1]?.until ?? 0) + WORLD.faultRestMs));
        expect(fault.until).toBeLessThan(30 * DAY);
      }
    }
    expect([...kinds].toSorted()).toEqual([...FAULT_KINDS].toSorted());
    expect(Object.values(WORLD.faultShares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  });
  test("a fault lifts its own figure, and a silent shop sends nothing", () => {
    const shop = shopOf(1, 1);
    const fault = { id: 1, plugin: 1, kind: "level_shift" as const, metric: "latency_p95_ms" as const, from: 0, until: DAY, strength: 5 };
    const [calm, sick] = [levelsAt(shop, 1_000, null, 1), levelsAt(shop, 1_000, fault, 1)];
    expect(sick.latencyMs).toBeCloseTo(5 * calm.latencyMs, 6);
    expect({ ...sick, latencyMs: 0 }).toEqual({ ...calm, latencyMs: 0 });
    const silence = { ...fault, kind: "silence" as const, metric: null, from: DAY / 2 };
    const beats = [...beatsOf(1, shop, { faults: [silence], decoys: [] }, DAY)];
    expect(beats.length).toBeGreaterThan(350);
    expect(beats.every(({ at }) => at < DAY / 2)).toBe(true);
  });
  test("counters rise within a boot, and about one beat in a thousand is lost", () => {
    const beats = Array.from({ length: 10 }, (_, plugin) => [...beatsOf(5, shopOf(5, plugin), { faults: [], decoys: [] }, 4 * DAY)]);
    for (const own of beats) {
      const sent = own.map(({ sample }) => sample.telemetry.webhooks_sent ?? 0);
      expect(sent).toEqual(sent.toSorted((a, b) => a - b));
    }
    const lost = 10 * 4 * 720 - beats.flat().length;
    expect(lost).toBeGreaterThan(10);
    expect(lost).toBeLessThan(60);
  });
  test("effects are chances, patches keep to 70, 20 and 10, and the swap changes the best action of some faults", () => {
    for (const cause of [...FAULT_KINDS, "healthy"] as const) {
      for (const action of SIRA_ACTIONS) {
        for (const at of [0, WORLD.swapMs]) {
          const { fixed, worse } = effectOf(cause, action, at);
          expect(fixed).toBeGreaterThanOrEqual(0);
          expect(worse).toBeGreaterThanOrEqual(0);
          expect(fixed + worse).toBeLessThanOrEqual(1);
        }
      }
    }
    for (const cause of ["point", "spike", "level_shift", "drift", "seasonal_break", "leak"] as const) {
      expect(effectOf(cause, "patch", 0)).toEqual({ fixed: 0.7, worse: 0.1 });
    }
    const best = (cause: (typeof FAULT_KINDS)[number], at: number) =>
      SIRA_ACTIONS.reduce((known, action) => (worthOf(cause, action, at) > worthOf(cause, known, at) ? action : known));
    const changed = FAULT_KINDS.filter((cause) => best(cause, 0) !== best(cause, WORLD.swapMs));
    expect(changed).toEqual(["spike", "level_shift", "drift", "leak"]);
  });
});
