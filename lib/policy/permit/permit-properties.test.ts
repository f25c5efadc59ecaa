import fc from "fast-check";
import { expect, test } from "vitest";
import { SEVERITIES } from "@/lib/kernel/severity";
import { permit } from "@/lib/policy/permit/permit";
import type { PermitInput, Policy } from "@/lib/policy/types";
import { PERMITS } from "@/lib/policy/types";
import { OPEN_POLICY, ORDINARY } from "@/test/fixtures/permit-input";

const CATEGORIES = ["DATA", "PERF", "SECURITY", "UX", "INTEGRATION"] as const;
const DOMAINS = [
  "ledger",
  "tax",
  "payments",
  "rbac",
  "sso",
  "secrets",
  "keys",
  "deletion",
  "runtime",
  "config",
  "data",
  "permissions",
] as const;
const share = fc.double({ min: 0, max: 1, noNaN: true });

const anyPolicy: fc.Arbitrary<Policy> = fc.record({
  autopatch_enabled: fc.boolean(),
  whitelist: fc.constantFrom(["*"], [], [ORDINARY.tenantId]) as fc.Arbitrary<Policy["whitelist"]>,
  severity_threshold: fc.constantFrom(...SEVERITIES),
  confidence_threshold: share,
  required_signatures: fc.integer({ min: 1, max: 5 }),
  staging_required: fc.boolean(),
  health_check_seconds: fc.constant(90),
  rollback_error_threshold: fc.constant(0.05),
  attempts_per_incident: fc.nat(5),
  attempts_per_plugin_per_day: fc.nat(8),
  storm_share: share,
  windows: fc.array(fc.record({ from: fc.nat(23), to: fc.integer({ min: 1, max: 24 }) }), { maxLength: 3 }),
  bake_whitelist_days: fc.constant(7),
  bake_fifth_days: fc.constant(14),
  bake_half_days: fc.constant(14),
});

const anyInput: fc.Arbitrary<PermitInput> = fc.record({
  target: fc.record({
    action: fc.constantFrom(
      "none",
      "notify",
      "restart",
      "config_update",
      "patch",
      "rollback",
      "isolate",
      "repair",
      "permission_fix",
      "migration",
    ),
    domains: fc.subarray([...DOMAINS]),
    schemaEffect: fc.constantFrom("none", "reversible", "irreversible"),
    hasSnapshot: fc.boolean(),
    hasRollback: fc.boolean(),
    grantsAccess: fc.boolean(),
    isMajor: fc.boolean(),
  }),
  category: fc.constantFrom(...CATEGORIES),
  severity: fc.constantFrom(...SEVERITIES),
  confidence: share,
  proposalTrusted: fc.boolean(),
  tenantId: fc.constant(ORDINARY.tenantId),
  policy: fc.option(anyPolicy),
  switches: fc.option(fc.record({ killSwitch: fc.boolean(), safeMode: fc.boolean(), autoHealOff: fc.subarray([...CATEGORIES]) })),
  hourUtc: fc.nat(23),
  attempts: fc.record({ onIncident: fc.nat(6), onPluginToday: fc.nat(9), rolledBackOnIncident: fc.nat(2) }),
  fleet: fc.record({ total: fc.nat(50), unhealthy: fc.nat(50), paymentShare: share }),
  release: fc.record({ inFlight: fc.nat(8), proven: fc.nat(8) }),
  stagingAvailable: fc.boolean(),
});

/** Each makes one input worse; an input it cannot worsen is returned as it is. */
const WORSEN: Readonly<Record<string, (input: PermitInput) => PermitInput>> = {
  killSwitch: (input) => ({ ...input, switches: input.switches && { ...input.switches, killSwitch: true } }),
  safeMode: (input) => ({ ...input, switches: input.switches && { ...input.switches, safeMode: true } }),
  autoHealOff: (input) => ({ ...input, switches: input.switches && { ...input.switches, autoHealOff: CATEGORIES } }),
  autopatchDisabled: (input) => ({ ...input, policy: input.policy && { ...input.policy, autopatch_enabled: false } }),
  whitelistEmptied: (input) => ({ ...input, policy: input.policy && { ...input.policy, whitelist: [] } }),
  severityThresholdLowered: (input) => ({ ...input, policy: input.policy && { ...input.policy, severity_threshold: "low" } }),
  confidenceThresholdRaised: (input) => ({ ...input, policy: input.policy && { ...input.policy, confidence_threshold: 1 } }),
  signaturesRaised: (input) => ({ ...input, policy: input.policy && { ...input.policy, required_signatures: 5 } }),
  stagingRequired: (input) => ({ ...input, policy: input.policy && { ...input.policy, staging_required: true } }),
  capsLowered: (input) => ({
    ...input,
    policy: input.policy && { ...input.policy, attempts_per_incident: 0, attempts_per_plugin_per_day: 0 },
  }),
  stormShareLowered: (input) => ({ ...input, policy: input.policy && { ...input.policy, storm_share: 0 } }),
  windowsClosed: (input) => ({ ...input, policy: input.policy && { ...input.policy, windows: [] } }),
  untrusted: (input) => ({ ...input, proposalTrusted: false }),
  lessSure: (input) => ({ ...input, confidence: input.confidence / 2 }),
  notSureAtAll: (input) => ({ ...input, confidence: Number.NaN }),
  graver: (input) => ({ ...input, severity: "critical" }),
  moreAttempts: (input) => ({ ...input, attempts: { ...input.attempts, onIncident: input.attempts.onIncident + 1 } }),
  moreToday: (input) => ({ ...input, attempts: { ...input.attempts, onPluginToday: input.attempts.onPluginToday + 1 } }),
  rolledBack: (input) => ({ ...input, attempts: { ...input.attempts, rolledBackOnIncident: 1 } }),
  moreUnhealthy: (input) => ({ ...input, fleet: { ...input.fleet, unhealthy: input.fleet.unhealthy + 5 } }),
  morePayments: (input) => ({ ...input, fleet: { ...input.fleet, paymentShare: 1 } }),
  noStaging: (input) => ({ ...input, stagingAvailable: false }),
  major: (input) => ({ ...input, target: { ...input.target, isMajor: true } }),
  noSnapshot: (input) => ({ ...input, target: { ...input.target, hasSnapshot: false } }),
  noRollback: (input) => ({ ...input, target: { ...input.target, hasRollback: false } }),
  calendarClosed: (input) => ({ ...input, calendar: { openToChange: false, why: "the merchant is frozen" } }),
  calendarUnread: (input) => ({ ...input, calendar: null }),
  grants: (input) => ({ ...input, target: { ...input.target, grantsAccess: true } }),
};

const rank = (input: PermitInput) => PERMITS.indexOf(permit(input).kind);

test.each(Object.entries(WORSEN))("%s never makes a permit kinder, nor lowers its signatures", (_, worsen) => {
  fc.assert(
    fc.property(anyInput, (input) => {
      expect(rank(worsen(input))).toBeGreaterThanOrEqual(rank(input));
      expect(permit(worsen(input)).requiredSignatures).toBeGreaterThanOrEqual(permit(input).requiredSignatures);
    }),
    { numRuns: 300 },
  );
});

const acts = (input: PermitInput) => input.target.action !== "none" && input.target.action !== "notify";

test("inputs that become unknown never end in auto or approval", () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      fc.pre(acts(input));
      for (const unknown of [{ switches: null }, { policy: null }, { proposalTrusted: false }]) {
        expect(["suggest", "deny"]).toContain(permit({ ...input, ...unknown }).kind);
      }
    }),
  );
});

test("level 3 is never automatic and never waits for an approval to run, whatever the confidence", () => {
  const irreversible: PermitInput["target"] = { ...ORDINARY.target, schemaEffect: "irreversible" };
  fc.assert(
    fc.property(anyInput, fc.constantFrom("patch", "repair", "migration", "restart", "rollback"), (input, action) => {
      const verdict = permit({ ...input, confidence: 1, target: { ...irreversible, action } });
      expect(verdict.level).toBe(3);
      expect(["suggest", "deny"]).toContain(verdict.kind);
    }),
  );
});

test("the same input gives the same permit", () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      expect(permit(structuredClone(input))).toEqual(permit(input));
    }),
  );
  expect(permit({ ...ORDINARY, policy: OPEN_POLICY }).kind).toBe("auto");
});
