import { expect, test } from "vitest";
import type { LearningRow, Outcome } from "@/lib/sira/outcomes";
import { labelDrift } from "./label-drift";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const DAY = 86_400_000;

/** Settled decisions so many days ago; what they were about does not matter here. */
function rows(daysAgo: number, outcomes: Readonly<Partial<Record<Outcome, number>>>): LearningRow[] {
  return Object.entries(outcomes).flatMap(([outcome, count]) =>
    Array.from({ length: count }, () => ({ outcome: outcome as Outcome, knownAt: NOW - daysAgo * DAY, decidedAt: 0 }) as LearningRow),
  );
}

test.each([
  ["as before", { fixed: 30, not_fixed: 10 }, { fixed: 32, not_fixed: 8 }, "none"],
  ["plainly less is mended", { fixed: 36, not_fixed: 4 }, { fixed: 12, not_fixed: 28 }, "worse"],
  ["plainly more is mended", { fixed: 10, recurred: 30 }, { fixed: 36, not_fixed: 4 }, "better"],
  ["a handful shows nothing", { fixed: 30 }, { not_fixed: 9 }, "too_few"],
  ["nothing before", {}, { fixed: 9 }, "too_few"],
  ["what came back is not mended", { fixed: 40 }, { recurred: 30, made_worse: 10 }, "worse"],
] as const)("%s", (_why, before, recent, verdict) => {
  expect(labelDrift([...rows(20, before), ...rows(2, recent)], NOW).verdict).toBe(verdict);
});

test("labels that say nothing are counted apart", () => {
  const drift = labelDrift([...rows(20, { fixed: 4, inconclusive: 1 }), ...rows(1, { fixed: 2, inconclusive: 3 })], NOW);
  expect(drift.recent).toMatchObject({ n: 2, mended: 2, void: 3 });
  expect(drift.before).toMatchObject({ n: 4, mended: 4, void: 1 });
});

test("a week ago to the millisecond counts as before", () => {
  expect(labelDrift(rows(7, { fixed: 1 }), NOW)).toMatchObject({ recent: { n: 0 }, before: { n: 1 } });
});
