import { describe, expect, test } from "vitest";
import { decide } from "@/lib/sira/decide";
import { gainOf, policyValueOf } from "@/lib/sira/learning/policy-value";
import type { SiraModel } from "@/lib/sira/model";
import { MODEL_V0 } from "@/lib/sira/model-v0";
import { livedBy, questionOf, type World } from "@/test/fixtures/learning-rows";

const WORLD: World = (type, action) => (type === "webhook_fail_rate" && action === "patch" ? 0.9 : action === "rollback" ? 0.7 : 0.3);
/** Draws a great deal, so that every action has a chance. */
const LOGGING: SiraModel = { ...MODEL_V0, trust: 0.15, exploration: { kind: "thompson", floor: 0.02, spread: 1 } };
const ROLLING_BACK: SiraModel = { ...MODEL_V0, priors: { ...MODEL_V0.priors, rollback: 6 } };

/** What a greedy model really earns in the world: the mean chance that what it does mends. */
function truthOf(model: SiraModel): number {
  const worths = Array.from({ length: 2_000 }, (_, n) => {
    const request = questionOf(n);
    return WORLD(request.incident.type as "drift", decide(request, model).action, 0);
  });
  return worths.reduce((sum, worth) => sum + worth, 0) / worths.length;
}

describe("a model is judged by outcomes that another one brought about", () => {
  const rows = livedBy(LOGGING, WORLD, 2_000);
  test.each([
    ["the static rules", MODEL_V0],
    ["one that always rolls back", ROLLING_BACK],
    ["the one that drew", LOGGING],
  ])("%s: the truth lies within or near each interval", (_, model) => {
    const value = policyValueOf(rows, model);
    const truth = model === LOGGING ? rows.filter(({ outcome }) => outcome === "fixed").length / rows.length : truthOf(model);
    expect(value.n).toBe(2_000);
    expect(value.effective).toBeGreaterThan(100);
    for (const estimate of [value.ips, value.snips, value.dr]) {
      const margin = estimate.high - estimate.low;
      expect(estimate.low - margin / 4).toBeLessThan(truth);
      expect(estimate.high + margin / 4).toBeGreaterThan(truth);
      expect(margin).toBeLessThan(0.35);
    }
  });
  test("the better one gains over the worse, and the worse loses as much", () => {
    const gain = gainOf(rows, ROLLING_BACK, MODEL_V0);
    expect(gain.low).toBeGreaterThan(0);
    expect(gainOf(rows, MODEL_V0, ROLLING_BACK).value).toBeCloseTo(-gain.value, 12);
  });
});

test("a model that would never have done what was done has no effective outcome", () => {
  const rows = livedBy(MODEL_V0, WORLD, 50);
  expect(policyValueOf(rows, { ...MODEL_V0, priors: { ...MODEL_V0.priors, none: 30 } })).toMatchObject({
    effective: 0,
    snips: { value: 0 },
  });
});

test("nothing known is the whole range", () => {
  expect(policyValueOf([], MODEL_V0)).toMatchObject({ n: 0, effective: 0, dr: { value: 0, low: -1, high: 1 } });
});
