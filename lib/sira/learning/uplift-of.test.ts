import { describe, expect, test } from "vitest";
import { decide } from "@/lib/sira/decide";
import { seeded } from "@/lib/sira/draw/seeded";
import { holdoutStop, upliftOf } from "@/lib/sira/learning/uplift-of";
import { MODEL_V0 } from "@/lib/sira/model-v0";
import type { LearningRow } from "@/lib/sira/outcomes";
import { questionOf } from "@/test/fixtures/learning-rows";

const known = (version: string) => (version === "sira-v0" ? MODEL_V0 : null);

/** Incidents that can wait, a tenth of them held out; healing mends this share, people that. */
function lived(count: number, healing: number, people: number): LearningRow[] {
  return Array.from({ length: count }, (_, n): LearningRow => {
    const asked = questionOf(n);
    const request = {
      ...asked,
      incident: { ...asked.incident, severity: "low" as const },
      context: { ...asked.context, holdout_share: 0.1 },
    };
    const decision = decide(request, MODEL_V0);
    const outcome = seeded(n, 9) < (decision.action === "notify" ? people : healing) ? "fixed" : "not_fixed";
    return { request, decision, outcome, decidedAt: n, knownAt: n };
  });
}

describe("uplift per action", () => {
  const rows = lived(2_000, 0.9, 0.4);
  const uplifts = upliftOf(rows, known);
  test("those left to people count for the action that they would have got", () => {
    expect(uplifts.map(({ action }) => action)).toEqual(["patch", "restart"]);
    const [n, held] = uplifts.reduce(([all, left], { treated, held }) => [all + treated.n + held.n, left + held.n], [0, 0]);
    expect(n).toBe(2_000);
    expect(held / n).toBeCloseTo(0.1, 1);
  });
  test("the difference is found, within its interval", () => {
    for (const { difference } of uplifts) {
      expect(difference?.low).toBeLessThan(0.5);
      expect(difference?.high).toBeGreaterThan(0.5);
    }
  });
  test("what nobody knows, and what could not be held out, says nothing", () => {
    expect(upliftOf(rows, () => null)).toEqual([]);
    expect(
      upliftOf(
        rows.map((row) => ({ ...row, outcome: "inconclusive" })),
        known,
      ),
    ).toEqual([]);
    const urgent = rows.map((row) => ({
      ...row,
      request: { ...row.request, incident: { ...row.request.incident, severity: "high" as const } },
    }));
    expect(upliftOf(urgent, known)).toEqual([]);
  });
});

describe("the safety stop", () => {
  test("it stops once healing is known to help", () => {
    expect(holdoutStop(upliftOf(lived(2_000, 0.9, 0.4), known))).toContain("what was to be learned is known");
  });
  test("it goes on while nothing is known, and where healing brings nothing", () => {
    expect(holdoutStop(upliftOf(lived(40, 0.9, 0.4), known))).toBeNull();
    expect(holdoutStop(upliftOf(lived(2_000, 0.5, 0.5), known))).toBeNull();
  });
});
