import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { INCIDENT_TYPES } from "@/lib/detection/types";
import { SEVERITIES } from "@/lib/kernel/severity";
import { checkDecision } from "@/lib/sira/check-decision";
import { decide } from "@/lib/sira/decide";
import { MODEL_V0 } from "@/lib/sira/model-v0";
import type { SiraRequest } from "@/lib/sira/types";
import { siraRequestSchema } from "@/lib/sira/types";
import { release, siraRequest } from "@/test/fixtures/sira-request";

const answer = (request: SiraRequest) => decide(request, MODEL_V0);

describe("the specification's example", () => {
  test("60 % of webhooks fail, 1.2.3 claims to fix it: patch with 0.87", () => {
    const decision = answer(siraRequest());
    expect(decision).toMatchObject({ action: "patch", patch_version: "1.2.3", propensity: 1, model_version: "sira-v0" });
    expect(decision.confidence).toBeCloseTo(0.87, 2);
    expect(decision.evidence_for[0]?.fact).toContain("claims to fix");
  });
  test("a failure elsewhere lowers it below 0.8, successes raise it", () => {
    const confidenceAfter = (succeeded: number, failed: number) =>
      answer(siraRequest({ context: { releases: [release("1.2.3", { succeeded, failed })] } })).confidence;
    expect(confidenceAfter(0, 1)).toBeLessThan(0.8);
    expect(confidenceAfter(5, 0)).toBeGreaterThan(0.9);
    expect(confidenceAfter(5, 1)).toBeGreaterThan(confidenceAfter(0, 1));
  });
});

describe("which release", () => {
  test.each([
    { releases: [release("1.2.5"), release("1.2.3")], version: "1.2.5", why: "the newest that claims the type" },
    { releases: [release("1.2.3"), release("1.2.5")], version: "1.2.5", why: "whatever order they come in" },
    { releases: [release("1.3.0", { fixes: [] }), release("1.2.3")], version: "1.2.3", why: "a claim beats a newer general release" },
    { releases: [release("1.2.5", { failed_here: true }), release("1.2.3")], version: "1.2.3", why: "never one that failed here" },
    { releases: [release("1.2.2"), release("1.2.1")], version: undefined, why: "nothing newer" },
    { releases: [release("1.2.3", { fixes: ["latency_p95"] })], version: undefined, why: "it fixes something else" },
    { releases: [], version: undefined, why: "nothing on offer" },
  ])("$why", ({ releases, version }) => {
    const decision = answer(siraRequest({ context: { releases } }));
    expect(decision.patch_version).toBe(version);
    expect(decision.action).toBe(version === undefined ? "notify" : "patch");
  });
  test("a general release alone is not worth acting on without a person", () => {
    expect(answer(siraRequest({ context: { releases: [release("1.3.0", { fixes: [] })] } })).action).toBe("notify");
  });
});

describe("which action", () => {
  const none = { releases: [] };
  test.each([
    { type: "queue_depth", context: none, action: "restart" },
    { type: "latency_p95", context: none, action: "restart" },
    { type: "drift", context: none, action: "restart" },
    { type: "silence", context: { releases: [release("1.2.3", { fixes: ["silence" as const] })] }, action: "notify" },
    { type: "fleet", context: { releases: [release("1.2.3", { fixes: ["fleet" as const] })] }, action: "notify" },
    { type: "novelty", context: none, action: "notify" },
    { type: "webhook_fail_rate", context: { ...none, last_good_version: "1.2.1" }, action: "notify" },
    {
      type: "webhook_fail_rate",
      context: { ...none, last_good_version: "1.2.1", same_version: { sick: 8, total: 9 } },
      action: "rollback",
    },
    { type: "webhook_fail_rate", context: { ...none, last_good_version: "1.2.3", same_version: { sick: 8, total: 9 } }, action: "notify" },
    { type: "webhook_fail_rate", context: { ...none, last_good_version: "1.2.1", same_version: { sick: 1, total: 1 } }, action: "notify" },
  ] as const)("$type, $context -> $action", ({ type, context, action }) => {
    const changes = { ...context, releases: [...context.releases] };
    expect(answer(siraRequest({ incident: { type }, context: changes })).action).toBe(action);
  });
  test("a restart that did not help is not proposed for ever", () => {
    expect(answer(siraRequest({ incident: { type: "queue_depth" }, context: { ...none, attempts_here: 2 } })).action).toBe("notify");
  });
  test("what the agent cannot do is not proposed", () => {
    expect(answer(siraRequest({ context: { capabilities: ["rollback"] } })).action).toBe("notify");
  });
  test("an agent that never said what it can do still gets the fix, a little less surely", () => {
    const decision = answer(siraRequest({ context: { capabilities: [] } }));
    expect(decision.action).toBe("patch");
    expect(decision.confidence).toBeGreaterThan(0.8);
    expect(decision.confidence).toBeLessThan(0.87);
  });
});

describe("the draw", () => {
  const exploring = { ...MODEL_V0, epsilon: 0.2, exploreActions: ["notify", "none"] as const };
  const decisions = Array.from({ length: 4_000 }, (_, seed) => decide(siraRequest({ seed }), exploring));
  test.each([
    ["patch", 0.8],
    ["notify", 0.1],
    ["none", 0.1],
  ] as const)("%s is drawn as often as its logged propensity %d says", (action, chance) => {
    const drawn = decisions.filter((decision) => decision.action === action);
    expect(drawn.length / decisions.length).toBeCloseTo(chance, 1);
    for (const decision of drawn) expect(decision.propensity).toBeCloseTo(chance, 12);
  });
});

const counts = fc.nat(50);
const anyRequest: fc.Arbitrary<SiraRequest> = fc
  .record({
    type: fc.constantFrom(...INCIDENT_TYPES),
    severity: fc.constantFrom(...SEVERITIES),
    reopened_count: fc.nat(10),
    releases: fc.array(
      fc.record({
        version: fc.constantFrom("1.2.1", "1.2.2", "1.2.3", "1.3.0", "2.0.0", "broken"),
        fixes: fc.subarray([...INCIDENT_TYPES]),
        major: fc.boolean(),
        succeeded: counts,
        failed: counts,
        failed_here: fc.boolean(),
      }),
      { maxLength: 5 },
    ),
    last_good_version: fc.constantFrom(null, "1.2.1", "1.2.2"),
    same_version: fc.record({ sick: counts, total: counts }),
    capabilities: fc.subarray(["update", "rollback", "restart", "config_update", "isolate"]),
    attempts_here: fc.nat(10),
    memory_mb: fc.nat(2_000),
    seed: fc.nat(0xffffffff),
  })
  .map(({ type, severity, reopened_count, memory_mb, seed, ...context }) =>
    siraRequest({ incident: { type, severity, reopened_count, telemetry_snapshot: { memory_mb } }, context, seed }),
  );

test("any question has an answer that is valid, replayable and adds up", () => {
  fc.assert(
    fc.property(anyRequest, fc.constantFrom(0, 0.3), (request, epsilon) => {
      expect(siraRequestSchema.safeParse(request).success).toBe(true);
      const model = { ...MODEL_V0, epsilon };
      const decision = decide(request, model);
      const duplicated = new Set(request.context.releases.map(({ version }) => version)).size < request.context.releases.length;
      if (!duplicated) expect(checkDecision(request, decision)).toEqual({ ok: true, decision });
      expect(decide(structuredClone(request), model)).toEqual(decision);
      const sum = [...decision.evidence_for, ...decision.evidence_against].reduce((total, { weight }) => total + weight, 0);
      expect(decision.confidence).toBeCloseTo(1 / (1 + Math.exp(-sum)), 9);
      expect(["config_update"]).not.toContain(decision.action);
    }),
    { numRuns: 1_000 },
  );
});

test("more failures elsewhere never make a patch surer", () => {
  fc.assert(
    fc.property(counts, counts, counts, (succeeded, failed, more) => {
      const of = (failures: number) => {
        const decision = answer(siraRequest({ context: { releases: [release("1.2.3", { succeeded, failed: failures })] } }));
        return decision.action === "patch" ? decision.confidence : 0;
      };
      expect(of(failed + more)).toBeLessThanOrEqual(of(failed));
    }),
  );
});
