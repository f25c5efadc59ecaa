import { expect, test } from "vitest";
import { levelOf } from "@/lib/policy/level-of";
import { permit } from "@/lib/policy/permit/permit";
import type { PermitInput, PermitKind, Policy, ProposalTarget } from "@/lib/policy/types";
import { OPEN_POLICY, ORDINARY } from "@/test/fixtures/permit-input";

const target = (changes: Partial<ProposalTarget>) => ({ target: { ...ORDINARY.target, ...changes } });
const policy = (changes: Partial<Policy>) => ({ policy: { ...OPEN_POLICY, ...changes } });
const switches = (changes: Partial<NonNullable<PermitInput["switches"]>>) => ({
  switches: { killSwitch: false, safeMode: false, autoHealOff: [], ...changes },
});
const attempts = (changes: Partial<PermitInput["attempts"]>) => ({ attempts: { ...ORDINARY.attempts, ...changes } });
const fleet = (changes: Partial<PermitInput["fleet"]>) => ({ fleet: { ...ORDINARY.fleet, ...changes } });

interface Row {
  readonly why: string;
  readonly given: Partial<PermitInput>;
  readonly kind: PermitKind;
  readonly stopped: readonly string[];
  readonly signatures: number;
}
const row = (why: string, given: Partial<PermitInput>, kind: PermitKind, stopped: readonly string[], signatures: number): Row[] => [
  { why, given, kind, stopped, signatures },
];

const TRUTH: readonly Row[] = [
  row("an ordinary patch", {}, "auto", [], 0),
  row("a restart", target({ action: "restart", hasSnapshot: false, hasRollback: false }), "auto", [], 0),
  // unknown inputs
  row("switches unknown", { switches: null }, "suggest", ["switches_known", "safe_mode", "auto_heal"], 1),
  row(
    "policy unknown",
    { policy: null },
    "suggest",
    ["switches_known", "whitelist", "severity", "confidence", "window", "incident_cap", "plugin_cap", "storm"],
    2,
  ),
  row("SIRA failed", { proposalTrusted: false }, "suggest", ["proposal_trusted"], 1),
  row("a confidence that is no number", { confidence: Number.NaN }, "approval", ["confidence"], 2),
  row("a payment share that is no number", fleet({ paymentShare: Number.NaN }), "approval", ["impact"], 2),
  // switches
  row("kill switch", switches({ killSwitch: true }), "deny", ["kill_switch"], 1),
  row("kill switch by policy", policy({ autopatch_enabled: false }), "deny", ["kill_switch"], 1),
  row("kill switch, but a rollback", { ...target({ action: "rollback" }), ...switches({ killSwitch: true }) }, "auto", [], 0),
  row("kill switch, and a restart", { ...target({ action: "restart" }), ...switches({ killSwitch: true }) }, "deny", ["kill_switch"], 1),
  row("SAFE_MODE", switches({ safeMode: true }), "suggest", ["safe_mode"], 1),
  row("category off", switches({ autoHealOff: ["INTEGRATION"] }), "suggest", ["auto_heal"], 1),
  row("another category off", switches({ autoHealOff: ["PERF"] }), "auto", [], 0),
  // policy
  row("nobody on the whitelist", policy({ whitelist: [] }), "approval", ["whitelist"], 1),
  row("another tenant on the whitelist", policy({ whitelist: ["00000000-0000-4000-8000-0000000000ff"] }), "approval", ["whitelist"], 1),
  row("this tenant on the whitelist", policy({ whitelist: [ORDINARY.tenantId] }), "auto", [], 0),
  row("severity above the threshold", { severity: "high" }, "approval", ["severity"], 1),
  row("severity raised in the policy", { severity: "high", ...policy({ severity_threshold: "high" }) }, "auto", [], 0),
  row("a critical incident", { severity: "critical" }, "approval", ["severity", "critical"], 2),
  row(
    "critical even where the policy allows it",
    { severity: "critical", ...policy({ severity_threshold: "critical" }) },
    "approval",
    ["critical"],
    2,
  ),
  row("not sure enough", { confidence: 0.79 }, "approval", ["confidence"], 2),
  row("just sure enough", { confidence: 0.8 }, "auto", [], 0),
  row("a major", target({ isMajor: true }), "approval", ["major"], 2),
  row("a tenth of the payments", fleet({ paymentShare: 0.1 }), "approval", ["impact"], 2),
  row("a major under a quorum of three", { ...target({ isMajor: true }), ...policy({ required_signatures: 3 }) }, "approval", ["major"], 3),
  row("outside the windows", { hourUtc: 12, ...policy({ windows: [{ from: 2, to: 5 }] }) }, "approval", ["window"], 1),
  row("the first hour of a window", { hourUtc: 2, ...policy({ windows: [{ from: 2, to: 5 }] }) }, "auto", [], 0),
  row("the hour a window ends", { hourUtc: 5, ...policy({ windows: [{ from: 2, to: 5 }] }) }, "approval", ["window"], 1),
  row("no windows at all", policy({ windows: [] }), "approval", ["window"], 1),
  // budgets
  row("attempts on the incident spent", attempts({ onIncident: 3 }), "suggest", ["incident_cap"], 1),
  row("attempts of the day spent", attempts({ onPluginToday: 6 }), "suggest", ["plugin_cap"], 1),
  row("rolled back once", attempts({ rolledBackOnIncident: 1 }), "suggest", ["rolled_back"], 1),
  row("a storm", fleet({ unhealthy: 3 }), "suggest", ["storm"], 1),
  row("a fleet too small for storms", fleet({ total: 4, unhealthy: 4 }), "auto", [], 0),
  row("four shops trying what is not proven", { release: { inFlight: 4, proven: 3 } }, "suggest", ["in_flight"], 1),
  row("a place left among those that try", { release: { inFlight: 3, proven: 0 } }, "auto", [], 0),
  row("a release that four have proven", { release: { inFlight: 40, proven: 4 } }, "auto", [], 0),
  row("a figure that is none", { release: { inFlight: Number.NaN, proven: Number.NaN } }, "suggest", ["in_flight"], 1),
  row("a restart beside a release", { ...target({ action: "restart" }), release: { inFlight: 9, proven: 0 } }, "auto", [], 0),
  row("no rehearsal possible", { stagingAvailable: false }, "suggest", ["staging"], 1),
  row("no rehearsal asked for", { stagingAvailable: false, ...policy({ staging_required: false }) }, "auto", [], 0),
  row("a restart needs no rehearsal", { stagingAvailable: false, ...target({ action: "restart" }) }, "auto", [], 0),
  // levels
  row("level 3 with full confidence", { confidence: 1, ...target({ domains: ["ledger"] }) }, "suggest", ["level"], 1),
  row("an irreversible schema", target({ schemaEffect: "irreversible" }), "suggest", ["level"], 1),
  row("level 2 without a snapshot", target({ hasSnapshot: false }), "deny", ["undo"], 1),
  row("level 2 without a way back", target({ hasRollback: false }), "deny", ["undo"], 1),
  row(
    "a permission fix that grants",
    target({ action: "permission_fix", domains: ["permissions"], grantsAccess: true }),
    "deny",
    ["takes_away_only"],
    1,
  ),
  row("a permission fix that takes away", target({ action: "permission_fix", domains: ["permissions"] }), "auto", [], 0),
  // several at once: the strictest wins, and all are listed
  row(
    "everything at once",
    { severity: "critical", confidence: 0.1, ...switches({ killSwitch: true, safeMode: true }), ...attempts({ onIncident: 9 }) },
    "deny",
    ["kill_switch", "safe_mode", "severity", "confidence", "critical", "incident_cap"],
    2,
  ),
  // people are always told
  row("notify under the kill switch", { ...target({ action: "notify" }), ...switches({ killSwitch: true }) }, "auto", [], 0),
  row(
    "notify when all is unknown",
    { ...target({ action: "notify" }), switches: null, policy: null, proposalTrusted: false },
    "auto",
    [],
    0,
  ),
  row("doing nothing", target({ action: "none" }), "auto", [], 0),
].flat();

test("a merchant that wants an action earned is asked each time until it is, and what was earned lifts nothing else", () => {
  expect(permit({ ...ORDINARY, autonomy: "approval" })).toMatchObject({ kind: "approval", requiredSignatures: 1 });
  expect(permit({ ...ORDINARY, autonomy: "earned" }).kind).toBe("auto");
  expect(permit({ ...ORDINARY, autonomy: "earned", severity: "critical" }).kind).toBe("approval");
  expect(permit({ ...ORDINARY, autonomy: null })).toEqual(permit(ORDINARY));
});

const closed = { openToChange: false, why: "the merchant is frozen" };

test.each<[PermitInput["target"]["action"], PermitInput["calendar"], PermitKind]>([
  ["patch", { openToChange: true, why: "no freeze and no closed hour" }, "auto"],
  ["patch", closed, "approval"],
  ["patch", null, "approval"],
  ["patch", undefined, "auto"],
  ["config_update", closed, "approval"],
  ["migration", closed, "approval"],
  ["restart", closed, "auto"],
  ["rollback", closed, "auto"],
  ["isolate", closed, "auto"],
  ["notify", closed, "auto"],
  ["rollback", null, "auto"],
])("%s at a merchant whose calendar says %j: %s", (action, calendar, kind) => {
  const verdict = permit({ ...ORDINARY, ...target({ action }), ...(calendar === undefined ? {} : { calendar }) });
  expect(verdict).toMatchObject({ kind, requiredSignatures: kind === "auto" ? 0 : 1 });
  expect(verdict.gates.filter(({ passed }) => !passed).map(({ gate }) => gate)).toEqual(kind === "auto" ? [] : ["calendar"]);
  // Decisions from before the calendar was asked about are made again alike: they never had this gate.
  expect(verdict.gates.some(({ gate }) => gate === "calendar")).toBe(calendar !== undefined);
});

test.each(TRUTH)("$why -> $kind, stopped at $stopped", ({ given, kind, stopped, signatures }) => {
  const verdict = permit({ ...ORDINARY, ...given });
  expect(verdict.kind).toBe(kind);
  expect(verdict.gates.filter((gate) => !gate.passed).map((gate) => gate.gate)).toEqual(stopped);
  expect(verdict.requiredSignatures).toBe(signatures);
});

test.each([
  { agentQuorum: true, kind: "approval", stopped: ["agent_quorum"], signatures: 2 },
  { agentQuorum: false, kind: "auto", stopped: [], signatures: 0 },
])("a merchant's agent that wants signatures for it: $agentQuorum -> $kind", ({ agentQuorum, kind, stopped, signatures }) => {
  const verdict = permit({ ...ORDINARY, agentQuorum });
  expect(verdict).toMatchObject({ kind, requiredSignatures: signatures });
  expect(verdict.gates.filter(({ passed }) => !passed).map(({ gate }) => gate)).toEqual(stopped);
});

test("all gates are listed whatever the verdict, each says why, and each stops some row of the table", () => {
  const names = permit(ORDINARY).gates.map((gate) => gate.gate);
  expect(new Set(names).size).toBe(names.length);
  for (const { given } of TRUTH) {
    const { gates } = permit({ ...ORDINARY, ...given });
    expect(gates.map((gate) => gate.gate)).toEqual(names);
    for (const gate of gates) expect(gate.why).not.toBe("");
  }
  const seen = new Set(TRUTH.flatMap(({ stopped }) => stopped));
  expect(names.filter((name) => !seen.has(name))).toEqual([]);
});

const level = (changes: Partial<ProposalTarget>) => levelOf({ ...ORDINARY.target, ...changes });

test.each(["ledger", "tax", "payments", "rbac", "sso", "secrets", "keys", "deletion"] as const)(
  "whatever touches %s is level 3",
  (domain) => {
    for (const action of ["restart", "patch", "rollback", "repair"] as const)
      expect(level({ action, domains: ["runtime", domain] })).toBe(3);
  },
);

test.each([
  ["none", 1],
  ["notify", 1],
  ["restart", 1],
  ["rollback", 1],
  ["isolate", 1],
  ["config_update", 2],
  ["patch", 2],
  ["repair", 2],
  ["permission_fix", 2],
  ["migration", 2],
] as const)("%s of ordinary things is level %d", (action, expected) => expect(level({ action })).toBe(expected));
