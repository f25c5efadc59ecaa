import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decide } from "@/lib/sira/decide";
import { type FitSettings, fitModel } from "@/lib/sira/learning/fit-model";
import { calibrationError } from "@/lib/sira/learning/reliability-of";
import type { SiraModel } from "@/lib/sira/model";
import { MODEL_V0 } from "@/lib/sira/model-v0";
import type { LearningRow } from "@/lib/sira/outcomes";
import { livedBy, questionOf, type World } from "@/test/fixtures/learning-rows";

const COLD = fitModel([], MODEL_V0).model;
/** Static rules love restarts for latency, queues and drift; here only rollbacks help there. */
const UNLIKE_THE_RULES: World = (type, action) =>
  type === "webhook_fail_rate" ? (action === "patch" ? 0.9 : 0.2) : action === "rollback" ? 0.9 : action === "notify" ? 0.4 : 0.1;

/** Lives in a world, learning every forty incidents. */
function live(world: World, count: number): { rows: LearningRow[]; model: SiraModel } {
  let model = COLD;
  const rows: LearningRow[] = [];
  let settings: FitSettings | null = null;
  for (let first = 0; first < count; first += 40) {
    rows.push(...livedBy(model, world, 40, first));
    // Settings are chosen anew every 200 outcomes, as a job that runs often would do it once a day.
    ({ model, settings } = fitModel(rows, MODEL_V0, first % 200 === 0 ? null : settings));
  }
  return { rows, model };
}

const shareOfAction = (model: SiraModel, type: string, action: string) => {
  const questions = Array.from({ length: 400 }, (_, n) => questionOf(10_000 + n)).filter(({ incident }) => incident.type === type);
  return questions.filter((question) => decide(question, model).action === action).length / questions.length;
};

test("without outcomes it decides mostly as the static rules do", () => {
  const questions = Array.from({ length: 200 }, (_, n) => questionOf(n));
  const same = questions.filter((question) => decide(question, COLD).action === decide(question, MODEL_V0).action);
  expect(same.length / questions.length).toBeGreaterThan(0.45);
  expect(COLD.cells).toEqual({});
  expect(COLD.calibration).toEqual({ slope: 1, shift: 0 });
});

describe("a world that is unlike the rules", () => {
  const { rows, model } = live(UNLIKE_THE_RULES, 600);
  test.each(["latency_p95", "queue_depth", "drift"])("rollback is learned for %s", (type) => {
    expect(shareOfAction(MODEL_V0, type, "restart")).toBe(1);
    expect(shareOfAction(model, type, "rollback")).toBeGreaterThan(0.7);
  });
  test("and patch stays for webhooks", () => expect(shareOfAction(model, "webhook_fail_rate", "patch")).toBeGreaterThan(0.8));
  test("confidences of the later half come true", () => {
    const given = rows.slice(300).map(({ decision, outcome }) => ({ confidence: decision.confidence, isMended: outcome === "fixed" }));
    expect(calibrationError(given)).toBeLessThan(0.12);
  });
});

test("when the world turns, it follows", () => {
  const turned: World = (type, action, day) => (day < 40 ? UNLIKE_THE_RULES(type, action, day) : action === "restart" ? 0.9 : 0.1);
  const { model } = live(turned, 800);
  expect(shareOfAction(model, "queue_depth", "restart")).toBeGreaterThan(0.7);
  expect(Object.values(model.cells).some(({ changes }) => changes > 0)).toBe(true);
});

test("the same outcomes in any order give the same model, named after its content", () => {
  const rows = livedBy(COLD, UNLIKE_THE_RULES, 80);
  const { model } = fitModel(rows, MODEL_V0);
  expect(model.version).toMatch(/^sira-[0-9a-f]{12}$/);
  fc.assert(
    fc.property(fc.shuffledSubarray(rows, { minLength: 80 }), (shuffled) => {
      expect(fitModel(shuffled, MODEL_V0)).toEqual(fitModel(rows, MODEL_V0));
    }),
    { numRuns: 10 },
  );
  expect(fitModel(rows.slice(1), MODEL_V0).model.version).not.toBe(model.version);
});

test("labels that say nothing teach nothing", () => {
  const rows = livedBy(COLD, UNLIKE_THE_RULES, 50);
  const voided = rows.map((row) => ({ ...row, outcome: "inconclusive" as const }));
  expect(fitModel(voided, MODEL_V0).model).toEqual(COLD);
});

test("a success that recurs counts as none", () => {
  const rows = livedBy(COLD, () => 1, 60);
  const recurred = rows.map((row) => ({ ...row, outcome: "recurred" as const }));
  const none = rows.map((row) => ({ ...row, outcome: "not_fixed" as const }));
  expect(fitModel(recurred, MODEL_V0).model).toEqual(fitModel(none, MODEL_V0).model);
});
