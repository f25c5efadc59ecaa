import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { permit } from "@/lib/policy/permit/permit";
import type { Policy } from "@/lib/policy/types";
import { decide } from "@/lib/sira/decide";
import { fitModel } from "@/lib/sira/learning/fit-model";
import { MODEL_V0 } from "@/lib/sira/model-v0";
import { decideOtherwise } from "@/lib/sira/replay/decide-otherwise";
import type { StoredDecision } from "@/lib/sira/replay/replay-decision";
import { livedBy, questionOf } from "@/test/fixtures/learning-rows";
import { ORDINARY } from "@/test/fixtures/permit-input";

const LEARNED = fitModel(
  livedBy(MODEL_V0, (_type, action) => (action === "rollback" ? 0.9 : 0.1), 300),
  MODEL_V0,
).model;
const RUNTIME = {
  domains: ["runtime"],
  schemaEffect: "none",
  hasSnapshot: true,
  hasRollback: true,
  grantsAccess: false,
  isMajor: false,
} as const;

/** A decision that was really made from its inputs, as the database would have it. */
function storedOf(n: number, changes: Partial<StoredDecision["permitInput"]> = {}): StoredDecision {
  const request = questionOf(n);
  const decision = decide(request, MODEL_V0);
  const target = { ...RUNTIME, action: decision.action };
  const input = { ...ORDINARY, severity: request.incident.severity, target, confidence: decision.confidence, ...changes };
  return { source: "local", request, decision, permitInput: input, permit: permit(input) };
}

const anyPolicy: fc.Arbitrary<Partial<Policy>> = fc.record(
  {
    autopatch_enabled: fc.boolean(),
    whitelist: fc.constantFrom<Policy["whitelist"]>([], ["*"]),
    severity_threshold: fc.constantFrom("low", "medium", "high", "critical"),
    confidence_threshold: fc.double({ min: 0, max: 1, noNaN: true }),
    required_signatures: fc.integer({ min: 1, max: 5 }),
    staging_required: fc.boolean(),
    attempts_per_incident: fc.nat(5),
    windows: fc.constantFrom<Policy["windows"]>([], [{ from: 0, to: 24 }], [{ from: 3, to: 4 }]),
  },
  { requiredKeys: [] },
);
const anyStored = fc
  .record({
    n: fc.nat(5_000),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    severity: fc.constantFrom("low", "medium", "high", "critical"),
    hourUtc: fc.nat(23),
  })
  .map(({ n, ...changes }) => storedOf(n, changes as Partial<StoredDecision["permitInput"]>));

test("it lists exactly the decisions whose permit would have been another", () => {
  fc.assert(
    fc.property(fc.array(anyStored, { minLength: 1, maxLength: 20 }), anyPolicy, (history, policy) => {
      const listed = history.filter((stored) => decideOtherwise(stored, { policy, model: null }) !== null);
      const really = history.filter((stored) => {
        const input = stored.permitInput;
        const would = permit({ ...input, policy: input.policy ? { ...input.policy, ...policy } : null });
        return would.kind !== stored.permit.kind || would.requiredSignatures !== stored.permit.requiredSignatures;
      });
      expect(listed).toEqual(really);
    }),
    { numRuns: 400 },
  );
});

test("under the policy of then and the model of then, nothing differs", () => {
  fc.assert(
    fc.property(fc.nat(20_000), (n) => {
      const stored = storedOf(n);
      expect(decideOtherwise(stored, { policy: {}, model: null })).toBeNull();
      expect(decideOtherwise(stored, { policy: stored.permitInput.policy ?? {}, model: MODEL_V0 })).toBeNull();
    }),
    { numRuns: 300 },
  );
});

test("under another model it lists exactly the decisions that would have come out otherwise", () => {
  let differing = 0;
  for (let n = 0; n < 400; n += 1) {
    const stored = storedOf(n);
    const other = decide(stored.request, LEARNED);
    const difference = decideOtherwise(stored, { policy: {}, model: LEARNED });
    if (other.action !== stored.decision.action) expect(difference?.would.action).toBe(other.action);
    else if (other.confidence === stored.decision.confidence) expect(difference).toBeNull();
    differing += difference ? 1 : 0;
  }
  expect(differing).toBeGreaterThan(50);
});

describe("what cannot be known has less power", () => {
  const stored = storedOf(0);
  test("another SIRA's words are not said again", () => {
    expect(decideOtherwise({ ...stored, source: "remote" }, { policy: {}, model: LEARNED })).toBeNull();
  });
  test("a policy that could not be read stays unread", () => {
    const input = { ...stored.permitInput, policy: null };
    const unread = { ...stored, permitInput: input, permit: permit(input) };
    expect(decideOtherwise(unread, { policy: { whitelist: ["*"], confidence_threshold: 0 }, model: null })).toBeNull();
  });
  test("a patch whose manifest is not known counts as irreversible", () => {
    const asked = questionOf(3);
    const request = { ...asked, incident: { ...asked.incident, type: "webhook_fail_rate" as const } };
    const told = { ...stored.decision, action: "notify" as const };
    const input = { ...ORDINARY, target: { ...RUNTIME, action: "notify" as const }, confidence: told.confidence };
    const before: StoredDecision = { source: "local", request, decision: told, permitInput: input, permit: permit(input) };
    expect(decideOtherwise(before, { policy: {}, model: MODEL_V0 })?.would).toMatchObject({
      action: "patch",
      kind: "suggest",
      stoppedBy: ["level"],
    });
    const effects = new Map([[`${request.incident.plugin_key}@1.2.3`, "none" as const]]);
    expect(decideOtherwise(before, { policy: {}, model: MODEL_V0 }, effects)?.would).toMatchObject({ action: "patch", kind: "auto" });
  });
});
