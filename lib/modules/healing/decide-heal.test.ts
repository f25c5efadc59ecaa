import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { MODULE_FINDING_TYPES } from "@/lib/modules/types";
import { levelOf } from "@/lib/policy/level-of";
import { CATEGORIES } from "@/lib/policy/types";
import { OPEN_POLICY as PERMISSIVE } from "@/test/fixtures/permit-input";
import { actionNamed, CATALOGUE } from "./catalogue";
import { asksOthers, decideHeal, inputsDigest, replayDecision } from "./decide-heal";
import type { DecisionInput, PastAction } from "./decision-types";
import { ladderOf, reachable } from "./ladders";

const TENANT = "0190a000-0000-7000-8000-000000000001";
const AT = "2026-01-01T12:00:00.000Z";
const ago = (seconds: number) => new Date(Date.parse(AT) - seconds * 1_000).toISOString();

const INPUT: DecisionInput = {
  at: AT,
  incident: { id: "i", tenantId: PLATFORM_TENANT, type: "data_invalid", severity: "high", codes: [], explain: "it is broken", episode: 0 },
  module: {
    key: "search",
    criticality: "standard",
    actions: [
      "restart",
      "rebuild_index",
      "purge_cache",
      "replay_jobs",
      "degrade",
      "undegrade",
      "open_circuit",
      "close_circuit",
      "rollback_release",
    ],
    repairJobs: [{ key: "repair_reconcile_invoices", version: 3, level: 2 }],
    hasSnapshot: true,
    isReachable: true,
    mode: "normal",
    checks: [],
  },
  history: [],
  onModule: { isBusy: false, begunLastHour: {}, lastEnded: {}, failures: 0, holding: [] },
  policy: PERMISSIVE,
  switches: { killSwitch: false, safeMode: false, autoHealOff: [] },
};
const withIncident = (incident: Partial<DecisionInput["incident"]>, more: Partial<DecisionInput> = {}): DecisionInput => ({
  ...INPUT,
  incident: { ...INPUT.incident, ...incident },
  ...more,
});
const past = (action: string, state: PastAction["state"], endedSecondsAgo: number): PastAction => ({
  ...{ action, state, isBegun: true, episode: 0, heldSince: null },
  endedAt: ago(endedSecondsAgo),
});
const brief = (input: DecisionInput) => {
  const decision = decideHeal(input);
  if (decision.do === "act" || decision.do === "plan") return `${decision.do} ${decision.action} ${decision.permit.kind}`;
  return decision.do === "rest" ? `rest ${decision.untilMs === null ? "" : (decision.untilMs - Date.parse(AT)) / 1_000}`.trim() : "call";
};

describe("the catalogue", () => {
  test.each(CATALOGUE.map((entry) => [entry.key, entry] as const))(
    "%s is of the level that its target says, bounded, and reachable",
    (key, entry) => {
      expect(levelOf(entry.target)).toBe(entry.level);
      expect(CATEGORIES).toContain(entry.category);
      expect(entry.perHour).toBeGreaterThan(0);
      expect(entry.orders.length === 0).toBe(entry.level === 3);
      if (entry.level === 2)
        expect(entry).toMatchObject({ orders: [{ type: "repair_dry_run", prepares: true }, { type: "repair_apply" }] });
      if (entry.level === 2 || entry.contains) expect(entry.undo).not.toBeNull();
      expect(reachable().has(key)).toBe(true);
    },
  );
  test("every type of finding has a ladder, and every rung is in the catalogue", () => {
    for (const type of MODULE_FINDING_TYPES) expect(ladderOf(type, [])).toBeDefined();
    for (const key of reachable()) expect(actionNamed(key).key).toBe(key);
  });
});

test.each<[string, DecisionInput, string]>([
  ["a code names the cure", withIncident({ codes: ["ERR_CACHE_CORRUPT"] }), "act purge_cache auto"],
  [
    "no code: what the failing checks name",
    withIncident({}, { module: { ...INPUT.module, checks: [{ id: "x", ok: false, detail: "gone (ERR_INDEX_INCOMPLETE)" }] } }),
    "act rebuild_index auto",
  ],
  ["no code at all: the type's own ladder", withIncident({ type: "queue_saturation" }), "act restart auto"],
  ["the module declares nothing of it", withIncident({ type: "dead_letters" }, { module: { ...INPUT.module, actions: [] } }), "call"],
  [
    "level 2 is automatic with snapshot and way back",
    withIncident({ codes: ["ERR_INVOICE_SKEWED"] }),
    "act repair_reconcile_invoices auto",
  ],
  [
    "without a snapshot the job is none, and people get a plan",
    withIncident({ codes: ["ERR_INVOICE_SKEWED"] }, { module: { ...INPUT.module, hasSnapshot: false } }),
    "plan plan_money suggest",
  ],
  ["a budget that burns is the symptom of something else", withIncident({ type: "slo_burn" }), "call"],
  ["level 3 is never done", withIncident({ type: "cross_tenant" }), "plan plan_tenant_contract suggest"],
  ["a tenant's own fault: the shared process stays as it is", withIncident({ type: "error_spike", tenantId: TENANT }), "act degrade auto"],
  ["nor is it taken back to another release", withIncident({ codes: ["ERR_OCR_WRONG"], tenantId: TENANT }), "act degrade auto"],
  ["nor is its circuit opened for all", withIncident({ codes: ["ERR_CIRCUIT_OPEN"], tenantId: TENANT }), "act degrade auto"],
  ["what is done for one tenant alone is done", withIncident({ codes: ["ERR_CACHE_CORRUPT"], tenantId: TENANT }), "act purge_cache auto"],
  ["what would take a restart for one tenant is for people", withIncident({ codes: ["ERR_SCHEDULER_DEAD"], tenantId: TENANT }), "call"],
  ["the core is never degraded", withIncident({ type: "database_errors" }, { module: { ...INPUT.module, criticality: "core" } }), "call"],
  ["another hand is on the module", withIncident({}, { onModule: { ...INPUT.onModule, isBusy: true } }), "rest"],
  ["the agent is not heard", withIncident({ type: "silence" }, { module: { ...INPUT.module, isReachable: false } }), "rest"],
  [
    "back-off after the first failure: one minute",
    withIncident({ type: "error_spike" }, { history: [past("rollback_release", "failed", 20)] }),
    "rest 40",
  ],
  [
    "the next rung after it",
    withIncident({ type: "error_spike" }, { history: [past("rollback_release", "failed", 61)] }),
    "act restart auto",
  ],
  [
    "two minutes after the second",
    withIncident({ type: "error_spike" }, { history: [past("rollback_release", "failed", 200), past("restart", "rolled_back", 61)] }),
    "rest 59",
  ],
  [
    "what helped is given time for its finding to go",
    withIncident({ codes: ["ERR_CACHE_CORRUPT"] }, { history: [past("purge_cache", "done", 40)] }),
    "rest 200",
  ],
  [
    "it helped, and its finding did not go: the next rung",
    withIncident({ codes: ["ERR_CACHE_CORRUPT"] }, { history: [past("purge_cache", "done", 241)] }),
    "act degrade auto",
  ],
  [
    "what helped before may help again when it comes back, without a wait",
    withIncident({ codes: ["ERR_CACHE_CORRUPT"], episode: 1 }, { history: [past("purge_cache", "done", 5)] }),
    "act purge_cache auto",
  ],
  [
    "its cool-down is waited for",
    withIncident({ codes: ["ERR_CACHE_CORRUPT"] }, { onModule: { ...INPUT.onModule, lastEnded: { purge_cache: ago(20) } } }),
    "rest 100",
  ],
  [
    "contained: it waits for the fault itself to go",
    withIncident(
      { type: "integration_down" },
      {
        history: [
          { action: "open_circuit", state: "holding", isBegun: true, episode: 0, endedAt: null, heldSince: ago(241) },
          past("degrade", "rolled_back", 600),
        ],
        onModule: { ...INPUT.onModule, holding: ["open_circuit"] },
      },
    ),
    "rest",
  ],
  [
    "contained a moment ago: the next rung is left time",
    withIncident(
      { type: "integration_down" },
      {
        history: [{ action: "open_circuit", state: "holding", isBegun: true, episode: 0, endedAt: null, heldSince: ago(40) }],
        onModule: { ...INPUT.onModule, holding: ["open_circuit"] },
      },
    ),
    "rest 200",
  ],
  [
    "past the cap of an incident nobody tries on",
    withIncident({ type: "error_spike" }, { history: ["a", "b", "c", "d"].map((key) => past(key, "cancelled", 900)) }),
    "call",
  ],
  [
    "two failures of the module: a suggestion",
    withIncident({}, { onModule: { ...INPUT.onModule, failures: 2 }, incident: { ...INPUT.incident, codes: ["ERR_CACHE_CORRUPT"] } }),
    "act purge_cache suggest",
  ],
])("%s", (_why, input, expected) => {
  expect(brief(input)).toBe(expected);
});

const CALM = { burn: 0.2, worst: null, isHeard: true, hasBad: true, at: ago(300) } as const;
const ALL_SWITCHES = { killSwitch: false, safeMode: false, autoHealOff: [] } as const;
test.each<[string, Partial<DecisionInput>, string]>([
  ["kill switch", { switches: { ...ALL_SWITCHES, killSwitch: true } }, "deny"],
  ["SAFE_MODE", { switches: { ...ALL_SWITCHES, safeMode: true } }, "suggest"],
  ["its category is off", { switches: { ...ALL_SWITCHES, autoHealOff: ["DATA"] } }, "suggest"],
  ["another category is off", { switches: { ...ALL_SWITCHES, autoHealOff: ["PERF"] } }, "auto"],
  ["switches unknown", { switches: null }, "suggest"],
  ["policy unknown", { policy: null }, "suggest"],
  ["outside the windows", { policy: { ...PERMISSIVE, windows: [{ from: 0, to: 3 }] } }, "approval"],
  ["the error budget burns", { errorBudget: "suggest_only" }, "suggest"],
  ["the error budget is unknown", { errorBudget: "unknown" }, "suggest"],
  ["the error budget lasted before the incident", { budgetBefore: CALM }, "auto"],
  ["the error budget burned before the incident", { budgetBefore: { ...CALM, burn: 6.1 } }, "suggest"],
  ["it lasted, but Center made it worse", { budgetBefore: CALM, onModule: { ...INPUT.onModule, worsenedBy: "restart" } }, "suggest"],
  ["healing is not proven", { proofOfHeal: "suggest_only" }, "suggest"],
  ["nobody is on the whitelist: modules have none", { policy: { ...PERMISSIVE, whitelist: [] } }, "auto"],
  [
    "SAFE_MODE, and a person agreed",
    { switches: { ...ALL_SWITCHES, safeMode: true }, approved: { action: "repair_reconcile_invoices", by: "person:x" } },
    "auto",
  ],
  [
    "kill switch, and a person agreed",
    { switches: { ...ALL_SWITCHES, killSwitch: true }, approved: { action: "repair_reconcile_invoices", by: "person:x" } },
    "deny",
  ],
])("a governed fix, %s", (_what, more, kind) => {
  expect(brief(withIncident({ codes: ["ERR_INVOICE_SKEWED"] }, more))).toBe(`act repair_reconcile_invoices ${kind}`);
});

test.each<[string, DecisionInput, boolean]>([
  ["a repair", withIncident({ codes: ["ERR_INVOICE_SKEWED"] }), true],
  ["level 1", withIncident({ codes: ["ERR_CACHE_CORRUPT"] }), false],
  ["level 3", withIncident({ codes: ["ERR_TENANT_MISSING"] }), false],
  ["what rests", withIncident({ codes: ["ERR_INVOICE_SKEWED"] }, { onModule: { ...INPUT.onModule, isBusy: true } }), false],
])("%s asks budget and proof: %#", (_what, input, asks) => {
  expect(asksOthers(input)).toBe(asks);
});

test("level 1 keeps its power outside the windows, with a spent error budget and without a proof: it is the cure", () => {
  const more: Partial<DecisionInput> = { policy: { ...PERMISSIVE, windows: [] }, errorBudget: "suggest_only", proofOfHeal: "suggest_only" };
  expect(brief(withIncident({ codes: ["ERR_CACHE_CORRUPT"] }, more))).toBe("act purge_cache auto");
});

const state = fc.constantFrom<PastAction["state"]>("done", "failed", "rolled_back", "cancelled", "holding", "planned");
const anyInput = fc.record({
  type: fc.constantFrom(...MODULE_FINDING_TYPES),
  codes: fc.subarray(["ERR_CACHE_CORRUPT", "ERR_INVOICE_SKEWED", "ERR_QUEUE_FULL", "ERR_TENANT_MISSING", "ERR_OTHER"]),
  criticality: fc.constantFrom("core" as const, "standard" as const, "optional" as const),
  actions: fc.subarray([...INPUT.module.actions]),
  hasSnapshot: fc.boolean(),
  isReachable: fc.boolean(),
  isBusy: fc.boolean(),
  failures: fc.nat(3),
  switches: fc.option(fc.record({ killSwitch: fc.boolean(), safeMode: fc.boolean(), autoHealOff: fc.subarray([...CATEGORIES]) })),
  history: fc.array(
    fc.record({
      action: fc.constantFrom(...CATALOGUE.map(({ key }) => key)),
      state,
      isBegun: fc.boolean(),
      episode: fc.nat(1),
      seconds: fc.nat(2_000),
    }),
    { maxLength: 5 },
  ),
});

test("whatever the world is like: the same decision again; no power without switches; the core keeps its features; level 3 is never done", () => {
  fc.assert(
    fc.property(anyInput, ({ type, codes, history, isBusy, failures, switches, ...module }) => {
      const input: DecisionInput = {
        ...withIncident({ type, codes }),
        module: { ...INPUT.module, ...module },
        history: history.map(({ seconds, ...one }) => ({
          ...one,
          endedAt: one.state === "holding" ? null : ago(seconds),
          heldSince: one.state === "holding" ? ago(seconds) : null,
        })),
        onModule: { ...INPUT.onModule, isBusy, failures },
        switches,
      };
      const decision = decideHeal(input);
      const stored = JSON.parse(JSON.stringify({ inputs: input, inputsDigest: inputsDigest(input), decision }));
      expect(replayDecision(stored)).toBe(true);
      expect(replayDecision({ ...stored, inputs: { ...stored.inputs, at: ago(-1) } })).toBe(false);
      // Whoever is not asked could not have changed anything; whoever is asked could.
      const stopped = decideHeal({ ...input, errorBudget: "suggest_only", proofOfHeal: "suggest_only" });
      if (!asksOthers(input) && decision.do !== "plan") expect(stopped).toEqual(decision);
      if (asksOthers(input)) expect(stopped.do === "act" && stopped.permit.kind === "auto").toBe(false);
      if (decision.do !== "act") return;
      const entry = actionNamed(decision.action);
      expect(entry.level).toBeLessThan(3);
      expect(isBusy || (module.criticality === "core" && entry.key === "degrade")).toBe(false);
      if (decision.permit.kind !== "auto") return;
      expect(switches).not.toBeNull();
      expect(switches?.killSwitch === true && entry.key !== "rollback_release").toBe(false);
      expect(switches?.safeMode || switches?.autoHealOff.includes(entry.category) || failures >= 2).toBe(false);
      if (entry.level === 2) expect(module.hasSnapshot).toBe(true);
    }),
    { numRuns: 300 },
  );
});
