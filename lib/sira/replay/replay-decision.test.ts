import { describe, expect, test } from "vitest";
import { permit } from "@/lib/policy/permit/permit";
import { decide } from "@/lib/sira/decide";
import { fitModel } from "@/lib/sira/learning/fit-model";
import { MODEL_V0 } from "@/lib/sira/model-v0";
import { firstDifference, replayDecision, type StoredDecision } from "@/lib/sira/replay/replay-decision";
import { livedBy, questionOf } from "@/test/fixtures/learning-rows";
import { ORDINARY } from "@/test/fixtures/permit-input";

const LEARNED = fitModel(
  livedBy(MODEL_V0, (_type, action) => (action === "restart" ? 0.2 : 0.7), 200),
  MODEL_V0,
).model;

/** A decision as the database gives it back: through JSON, where -0 and the order of members are gone. */
function storedOf(n: number, changes: Partial<StoredDecision> = {}, model = LEARNED): StoredDecision {
  const request = questionOf(n);
  const decision = decide(request, model);
  const input = { ...ORDINARY, confidence: decision.confidence };
  return JSON.parse(JSON.stringify({ source: "local", request, decision, permitInput: input, permit: permit(input), ...changes }));
}

test("10,000 stored decisions of a learned model come out again to the last bit", () => {
  let same = 0;
  for (let n = 0; n < 10_000; n += 1) same += replayDecision(storedOf(n), LEARNED).outcome === "same" ? 1 : 0;
  expect(same).toBe(10_000);
}, 60_000);

describe("what is not the same is named", () => {
  const stored = storedOf(1);
  test.each([
    ["another confidence", { ...stored, decision: { ...stored.decision, confidence: 0.5 } }, "decision.confidence"],
    [
      "the last bit of a propensity",
      { ...stored, decision: { ...stored.decision, propensity: stored.decision.propensity - 2 ** -52 } },
      "decision.propensity",
    ],
    ["another model's name", { ...stored, decision: { ...stored.decision, model_version: "sira-else" } }, "decision.model_version"],
    [
      "another question",
      { ...stored, request: { ...stored.request, incident: { ...stored.request.incident, reopened_count: 3 } } },
      "decision.",
    ],
    ["another permit", { ...stored, permit: { ...stored.permit, requiredSignatures: 9 } }, "permit.requiredSignatures"],
    ["a gate that says something else", { ...stored, permit: { ...stored.permit, gates: stored.permit.gates.slice(1) } }, "permit.gates.0"],
  ])("%s", (_, changed, path) => {
    expect(replayDecision(changed, LEARNED)).toMatchObject({ outcome: "different", difference: { path: expect.stringContaining(path) } });
  });
  test("a model that is gone is said to be gone", () => {
    expect(replayDecision(stored, null)).toEqual({ outcome: "unknown", why: expect.stringContaining(LEARNED.version) });
  });
  test("a remote answer is held against the contract again", () => {
    expect(replayDecision(storedOf(1, { source: "remote" }), null)).toEqual({ outcome: "same", checked: ["contract", "permit"] });
    const foreign = { ...stored.decision, action: "patch" as const, patch_version: "7.7.7" };
    expect(replayDecision(storedOf(1, { source: "remote", decision: foreign }), null).outcome).toBe("different");
  });
  test("what stood in for an answer has its permit replayed", () => {
    expect(replayDecision(storedOf(1, { source: "fallback" }), null)).toEqual({ outcome: "same", checked: ["permit"] });
  });
});

test.each([
  [{ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 }, null],
  [{ a: 0 }, { a: -0 }, null],
  [{ a: 0.1 + 0.2 }, { a: 0.3 }, "x.a"],
  [{ a: [1] }, { a: [1, 2] }, "x.a.1"],
  [{ a: null }, {}, "x.a"],
  [[], {}, "x"],
] as const)("%j and %j", (left, right, path) => expect(firstDifference(left, right, "x")?.path ?? null).toBe(path));
