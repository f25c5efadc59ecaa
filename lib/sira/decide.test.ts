import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { INCIDENT_TYPES } from "@/lib/detection/types";
import { SEVERITIES } from "@/lib/kernel/severity";
import { cellKeys } from "@/lib/sira/cases/cell-keys";
import { checkDecision } from "@/lib/sira/contract/check-decision";
import { decide, propensitiesOf } from "@/lib/sira/decide";
import type { SiraModel } from "@/lib/sira/model";
import { MODEL_V0 } from "@/lib/sira/model-v0";
import type { SiraRequest } from "@/lib/sira/types";
import { siraRequestSchema } from "@/lib/sira/types";
import { weighActions } from "@/lib/sira/weigh-actions";
import { release, siraRequest } from "@/test/fixtures/sira-request";

const answer = (request: SiraRequest) => decide(request, MODEL_V0);
const cell = (mean: number, variance: number) => ({ mean, variance, seen: 10, mended: 5, at: 0, changes: 0 });

/** The same value with the members of every object in the opposite order. */
function backwards(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(backwards);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, backwards(member)]),
  );
}

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
  // Learned enough to doubt: patch and notify lie close together, restart a little below.
  const cells = { patch: cell(-1.2, 0.3), "restart|webhook_fail_rate": cell(1.1, 0.3) };
  const exploring: SiraModel = { ...MODEL_V0, cells, exploration: { kind: "thompson", floor: 0.03, spread: 1 } };
  const options = weighActions(siraRequest(), exploring);
  const chances = propensitiesOf(options, siraRequest(), exploring);
  const decisions = Array.from({ length: 4_000 }, (_, seed) => decide(siraRequest({ seed }), exploring));

  test("each action is drawn as often as its logged propensity says", () => {
    expect(chances.filter((chance) => chance > 0).length).toBeGreaterThan(2);
    for (const [index, { action }] of options.entries()) {
      const drawn = decisions.filter((decision) => decision.action === action);
      const chance = chances[index] ?? 0;
      // Four standard errors of a share of 4,000.
      expect(Math.abs(drawn.length / decisions.length - chance)).toBeLessThanOrEqual(4 * Math.sqrt((chance * (1 - chance)) / 4_000));
      for (const decision of drawn) expect(decision.propensity).toBe(chance);
    }
  });
  test("what is hardly ever best is never drawn", () => {
    for (const chance of chances) expect(chance === 0 || chance >= 0.03).toBe(true);
    expect(decisions.some(({ action }) => action === "none")).toBe(false);
  });
});

describe("the holdout", () => {
  const asked = (seed: number, severity: "low" | "medium" = "low") =>
    decide(siraRequest({ incident: { severity }, context: { holdout_share: 0.1 }, seed }), MODEL_V0);
  test("a tenth of what can wait is told to people, and both chances are logged", () => {
    const decisions = Array.from({ length: 4_000 }, (_, seed) => asked(seed));
    const held = decisions.filter(({ action }) => action === "notify");
    expect(held.length / decisions.length).toBeCloseTo(0.1, 1);
    for (const { propensity } of held) expect(propensity).toBeCloseTo(0.1, 12);
    for (const decision of decisions.filter(({ action }) => action === "patch")) expect(decision.propensity).toBeCloseTo(0.9, 12);
    expect(held[0]?.evidence_against.at(-1)?.fact).toContain("holdout");
  });
  test("what cannot wait is never held out", () => {
    for (let seed = 0; seed < 500; seed += 1) expect(asked(seed, "medium")).toMatchObject({ action: "patch", propensity: 1 });
  });
});

describe("what outcomes taught", () => {
  test("they move the decision, with the numbers in the evidence", () => {
    const cells = { "patch|webhook_fail_rate": { ...cell(-3, 0.1), seen: 12, mended: 1 } };
    const decision = decide(siraRequest(), { ...MODEL_V0, cells });
    expect(decision.action).toBe("notify");
    const patch = weighActions(siraRequest(), { ...MODEL_V0, cells }).find(({ action }) => action === "patch");
    expect(patch?.evidence.at(-1)).toEqual({ fact: "patch mended 1 of 12 webhook_fail_rate incidents", weight: -3 });
  });
  test("one tenant's outcomes stay with it", () => {
    const own = siraRequest();
    const cells = { [cellKeys("patch", own.incident, undefined).at(-1)?.key ?? ""]: cell(-4, 0.1) };
    expect(decide(own, { ...MODEL_V0, cells }).action).toBe("notify");
    const other = siraRequest({ incident: { tenant_id: "00000000-0000-4000-8000-0000000000ff" } });
    expect(decide(other, { ...MODEL_V0, cells })).toEqual(decide(other, MODEL_V0));
  });
  test("format 2 pools what sudden trouble taught over all figures; format 1 goes on by type", () => {
    const cells = { "patch|sudden": { ...cell(-3, 0.1), seen: 12, mended: 1 } };
    const sudden = siraRequest({ incident: { onset: "sudden" } });
    const model: SiraModel = { ...MODEL_V0, format: 2, cells };
    expect(decide(sudden, model).action).toBe("notify");
    expect(decide(siraRequest({ incident: { onset: "gradual" } }), model).action).toBe("patch");
    expect(decide(sudden, { ...MODEL_V0, cells })).toEqual(decide(siraRequest(), MODEL_V0));
    const patch = weighActions(sudden, model).find(({ action }) => action === "patch");
    expect(patch?.evidence.at(-1)?.fact).toBe("patch mended 1 of 12 incidents of sudden onset");
  });
  test("an action that failed here three times is proposed no more", () => {
    const failed_actions = [{ action: "patch" as const, times: 3 }];
    expect(decide(siraRequest({ context: { failed_actions } }), MODEL_V0).action).toBe("notify");
    expect(decide(siraRequest({ context: { failed_actions: [{ action: "patch", times: 2 }] } }), MODEL_V0).action).toBe("patch");
  });
  test("a release with a better record beats a newer one", () => {
    const releases = [release("1.2.5", { failed: 2 }), release("1.2.3", { succeeded: 3 })];
    expect(decide(siraRequest({ context: { releases } }), MODEL_V0).patch_version).toBe("1.2.3");
  });
});

test("isolating is never tried to find out, and what is less known is tried more where one hopes", () => {
  const capabilities = ["update", "rollback", "restart", "isolate"];
  const request = siraRequest({ incident: { type: "latency_p95" }, context: { capabilities, last_good_version: "1.2.1", releases: [] } });
  const chanceOf = (exploration: SiraModel["exploration"], action: string, cells: SiraModel["cells"] = {}) => {
    const options = weighActions(request, { ...MODEL_V0, cells });
    const chances = propensitiesOf(options, request, { ...MODEL_V0, exploration, cells });
    return chances[options.findIndex((option) => option.action === action)] ?? Number.NaN;
  };
  const textbook = { kind: "thompson", floor: 0.03, spread: 1 } as const;
  const unsure = { isolate: cell(2, 4) };
  expect(chanceOf(textbook, "isolate", unsure)).toBeGreaterThan(0);
  expect(chanceOf({ ...textbook, never: ["isolate"] }, "isolate", unsure)).toBe(0);
  // Where nothing else is left of any worth, it is still what is done.
  const hopeless = Object.fromEntries(["none", "notify", "restart", "rollback", "patch"].map((action) => [action, cell(-9, 0.01)]));
  expect(chanceOf({ ...textbook, never: ["isolate"] }, "isolate", { ...hopeless, isolate: cell(6, 0.01) })).toBe(1);
  const sure = {
    notify: cell(1, 0.01),
    "notify|latency_p95": cell(0, 0.01),
    restart: cell(0.5, 0.01),
    "restart|latency_p95": cell(0, 0.01),
  };
  expect(chanceOf({ ...textbook, optimism: 1 }, "rollback", sure)).toBeGreaterThan(chanceOf(textbook, "rollback", sure));
});

test("the order in which keys came changes nothing, to the last bit", () => {
  const cells = { "patch|webhook_fail_rate": cell(-0.3, 0.4), patch: cell(0.1, 0.1), notify: cell(0.2, 0.3) };
  const model: SiraModel = { ...MODEL_V0, cells, exploration: { kind: "thompson", floor: 0.03, spread: 1 } };
  const turned = backwards(model) as SiraModel;
  for (let seed = 0; seed < 200; seed += 1) {
    const decision = decide(siraRequest({ seed }), model);
    expect(JSON.stringify(decide(backwards(siraRequest({ seed })) as SiraRequest, turned))).toBe(JSON.stringify(decision));
  }
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
    fc.property(
      anyRequest,
      fc.constantFrom<SiraModel["exploration"]>(
        { kind: "greedy" },
        { kind: "thompson", floor: 0.03, spread: 1 },
        { kind: "thompson", floor: 0.03, spread: 0.5, optimism: 1, never: ["isolate"] },
      ),
      (request, exploration) => {
        expect(siraRequestSchema.safeParse(request).success).toBe(true);
        const model = { ...MODEL_V0, exploration };
        const decision = decide(request, model);
        const duplicated = new Set(request.context.releases.map(({ version }) => version)).size < request.context.releases.length;
        if (!duplicated) expect(checkDecision(request, decision)).toEqual({ ok: true, decision });
        expect(decide(structuredClone(request), model)).toEqual(decision);
        const sum = [...decision.evidence_for, ...decision.evidence_against].reduce((total, { weight }) => total + weight, 0);
        expect(decision.confidence).toBeCloseTo(1 / (1 + Math.exp(-sum)), 9);
        expect(["config_update"]).not.toContain(decision.action);
        const chances = propensitiesOf(weighActions(request, model), request, model);
        expect(chances.reduce((total, chance) => total + chance, 0)).toBeCloseTo(1, 12);
      },
    ),
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
