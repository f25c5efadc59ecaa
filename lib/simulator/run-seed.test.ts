import { expect, test } from "vitest";
import { buildReport } from "@/lib/simulator/report/build-report";
import { regretParts } from "@/lib/simulator/report/regret-parts";
import { runSeed } from "@/lib/simulator/run-seed";

const SMALL = { plugins: 6, days: 6 };
const runs = [7, 8].map((seed) => runSeed({ seed, ...SMALL }));

test("the same settings give the same result bit for bit, another seed another world", () => {
  expect(JSON.stringify(runSeed({ seed: 7, ...SMALL }))).toBe(JSON.stringify(runs[0]));
  expect(JSON.stringify(runs[1]?.detection)).not.toBe(JSON.stringify(runs[0]?.detection));
});

test("all arms meet the same alarms; none beats the oracle at its own decisions", () => {
  for (const { arms, detection } of runs) {
    expect(arms.map(({ name }) => name)).toEqual(["sira", "oracle", "static_rules", "always_notify", "random"]);
    for (const { decisions, worth } of arms) {
      expect(decisions).toBeLessThanOrEqual(detection.alarms);
      expect(worth.own).toBeLessThanOrEqual(worth.best + 1e-9);
    }
    const oracle = arms.find(({ name }) => name === "oracle");
    expect(oracle?.worth.own).toBeCloseTo(oracle?.worth.best ?? Number.NaN, 9);
  }
});

test("an arm's regret is what nobody could know and what it did not learn", () => {
  const judged = runs.flatMap(({ arms }) => arms).filter(({ lastQuarter }) => lastQuarter.best > 0);
  expect(judged.length).toBeGreaterThanOrEqual(5);
  for (const { name, lastQuarter, lastQuarterByLook } of judged) {
    const { unknowable, unlearned } = regretParts(lastQuarterByLook) ?? expect.unreachable(`${name} decided and was not judged`);
    expect(unknowable).toBeGreaterThanOrEqual(0);
    expect(unknowable + unlearned).toBeCloseTo((lastQuarter.best - lastQuarter.own) / lastQuarter.best, 9);
    // Only who sees behind the looks can beat them.
    if (name === "oracle") expect(unlearned).toBeLessThanOrEqual(1e-9);
  }
});

test("every fault is found or missed, every alarm true or false, and most beats arrive", () => {
  for (const { detection } of runs) {
    expect(detection.found).toBeLessThanOrEqual(detection.faults);
    expect(Object.values(detection.byKind).reduce((sum, { of }) => sum + of, 0)).toBe(detection.faults);
    expect(Object.values(detection.falseByRule).reduce((sum, count) => sum + count, 0)).toBe(detection.falseAlarms);
    const most = SMALL.plugins * SMALL.days * 720 * 5;
    expect(detection.points).toBeGreaterThan(most * 0.9);
    expect(detection.points).toBeLessThanOrEqual(most);
  }
});

test("the report holds every figure of the examination, and says how each stands", () => {
  const report = buildReport(runs, SMALL);
  expect(report.verdicts).toHaveLength(9);
  expect(report.settings.seeds).toEqual([7, 8]);
  expect(report.figures.event_recall?.interval).not.toBeNull();
  expect(Object.keys(report.arms)).toContain("oracle");
  expect(report.arms.oracle?.regret_last_quarter?.value ?? 0).toBeCloseTo(0, 9);
});
