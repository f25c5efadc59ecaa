import { severityRank } from "@/lib/kernel/severity";
import { LIMITS } from "@/lib/platform/limits";
import { levelOf } from "@/lib/policy/level-of";
import type { Gate, PermitInput, PermitKind } from "@/lib/policy/types";

/** A plugin that carries this share of the fleet's payment volume is of high impact (protocol.md, Policy). */
const HIGH_IMPACT_SHARE = 0.1;

/**
 * Builds one gate.
 *
 * @param blocked  why it stops here, or null when it is passed
 * @param ceiling  what it allows at most when it stops
 */
function gate(name: string, ceiling: PermitKind, blocked: string | null, passed: string): Gate {
  return { gate: name, passed: blocked === null, ceiling, why: blocked ?? passed };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Whether the kill switch is known to be on, by a switch or by the policy's own row. */
function isKilled({ switches, policy }: Pick<PermitInput, "switches" | "policy">): boolean {
  return switches?.killSwitch === true || policy?.autopatch_enabled === false;
}

/** What safety holds back: unknown inputs, switches, and what must never be done whatever the policy says. */
export function safetyGates(input: Pick<PermitInput, "target" | "switches" | "policy" | "category" | "proposalTrusted">): Gate[] {
  const { target, switches, policy, category } = input;
  const level = levelOf(target);
  const isUnknown = switches === null || policy === null;
  const isKept = target.hasSnapshot && target.hasRollback;
  const isRestricted = switches?.autoHealOff.includes(category) ?? true;
  return [
    gate("switches_known", "suggest", isUnknown ? "switches or policy could not be read" : null, "switches and policy are known"),
    gate(
      "kill_switch",
      "deny",
      isKilled(input) && target.action !== "rollback" ? "the kill switch is on: only rollbacks go out" : null,
      isKilled(input) ? "the kill switch is on, and a rollback goes toward safety" : "the kill switch is off",
    ),
    gate("safe_mode", "suggest", (switches?.safeMode ?? true) ? "SAFE_MODE holds this scope to suggestions" : null, "SAFE_MODE is off"),
    gate(
      "auto_heal",
      "suggest",
      isRestricted ? `automatic healing of ${category} is switched off` : null,
      `automatic healing of ${category} is on`,
    ),
    gate(
      "proposal_trusted",
      "suggest",
      input.proposalTrusted ? null : "SIRA did not answer properly",
      "the proposal is inside its contract",
    ),
    gate("level", "suggest", level === 3 ? "level 3: a plan for people, never done automatically" : null, `level ${level}`),
    gate(
      "undo",
      "deny",
      level === 2 && !isKept ? "level 2 needs a snapshot and a way back" : null,
      level === 2 ? "snapshot and way back exist" : "not needed",
    ),
    gate(
      "takes_away_only",
      "deny",
      target.action === "permission_fix" && target.grantsAccess ? "a permission fix may only take rights away" : null,
      "no right is granted",
    ),
  ];
}

/** What the operators' policy reserves to people. A policy that could not be read passes nothing. */
export function policyGates(input: PermitInput): Gate[] {
  const { policy, severity, confidence, tenantId, hourUtc } = input;
  const unread = policy ? null : "the policy could not be read";
  const isListed = policy?.whitelist.some((entry) => entry === "*" || entry === tenantId) ?? false;
  const isWithinSeverity = policy !== null && severityRank(severity) <= severityRank(policy.severity_threshold);
  const isConfident = policy !== null && confidence >= policy.confidence_threshold;
  const isInWindow = policy?.windows.some(({ from, to }) => hourUtc >= from && hourUtc < to) ?? false;
  return [
    gate("whitelist", "approval", isListed ? null : (unread ?? "the tenant is not on the whitelist"), "the tenant is on the whitelist"),
    gate(
      "severity",
      "approval",
      isWithinSeverity ? null : (unread ?? `${severity} is above ${policy?.severity_threshold}`),
      `${severity} is within ${policy?.severity_threshold}`,
    ),
    gate(
      "confidence",
      "approval",
      isConfident ? null : (unread ?? `confidence ${confidence.toFixed(2)} is below ${policy?.confidence_threshold}`),
      `confidence ${confidence.toFixed(2)} reaches ${policy?.confidence_threshold}`,
    ),
    gate(
      "window",
      "approval",
      isInWindow ? null : (unread ?? `${hourUtc}:00 UTC is outside the windows`),
      `${hourUtc}:00 UTC is inside a window`,
    ),
    ...impactGates(input),
    ...agentGates(input),
    ...autonomyGates(input),
    ...calendarGates(input),
  ];
}

/** What puts something new on a plugin: that waits for the merchant's calendar, recovery never does. */
const INSTALLING: ReadonlySet<string> = new Set(["patch", "config_update", "migration"]);

/** What freezes and the merchant's own hours reserve to people. Permits from before the calendar was asked about have no such gate. */
function calendarGates({ calendar, target }: PermitInput): Gate[] {
  if (calendar === undefined) return [];
  if (!INSTALLING.has(target.action)) return [gate("calendar", "approval", null, "nothing new is installed")];
  const blocked = calendar?.openToChange ? null : (calendar?.why ?? "the merchant's calendar could not be read");
  return [gate("calendar", "approval", blocked, "no freeze and no closed hour of the merchant")];
}

/**
 * What a merchant wants earned. Without a wish of its own there is no gate, so that permits of before are made again alike; and what
 * was earned lifts nothing else.
 */
function autonomyGates({ autonomy, target }: PermitInput): Gate[] {
  if (!autonomy) return [];
  const blocked = autonomy === "earned" ? null : `${target.action} has not earned to be done without asking at this merchant`;
  return [gate("autonomy", "approval", blocked, `${target.action} has earned to be done without asking`)];
}

/** What the merchant's own agent would refuse without people's signatures. One that asks for them for majors alone has no gate. */
function agentGates({ agentQuorum }: PermitInput): Gate[] {
  if (agentQuorum === undefined) return [];
  const blocked = agentQuorum ? "the merchant has its agent take this only with approvers' own signatures" : null;
  return [gate("agent_quorum", "approval", blocked, "the merchant's agent takes this without signatures")];
}

/** What weighs so much that several people must sign, whoever wants it. */
export interface Impact {
  readonly target: Pick<PermitInput["target"], "isMajor">;
  readonly severity: PermitInput["severity"];
  readonly fleet: Pick<PermitInput["fleet"], "paymentShare">;
}

/** What several people must sign. Comparisons are written so that a figure that is none stops the gate. */
export function impactGates({ target, severity, fleet }: Impact): Gate[] {
  const isSmall = fleet.paymentShare < HIGH_IMPACT_SHARE;
  return [
    gate("major", "approval", target.isMajor ? "the major version changes" : null, "no major change"),
    gate(
      "impact",
      "approval",
      isSmall ? null : `it carries ${percent(fleet.paymentShare)} of the payments`,
      "a small share of the payments",
    ),
    gate("critical", "approval", severity === "critical" ? "the incident is critical" : null, "not critical"),
  ];
}

/**
 * Whether a release is being tried by as many shops as may try one that is not proven yet (protocol.md, Policy). Comparisons
 * are written so that a figure that is none counts as full.
 */
export function isFull({ inFlight, proven }: PermitInput["release"]): boolean {
  return !(proven >= LIMITS.inFlightUnproven || inFlight < LIMITS.inFlightUnproven);
}

/** What has been tried, and how the fleet is: gates against loops and storms. */
export function budgetGates(input: PermitInput): Gate[] {
  const { policy, attempts, fleet, target, release } = input;
  const unread = policy ? null : "the policy could not be read";
  const isUnderCap = policy !== null && attempts.onIncident < policy.attempts_per_incident;
  const isUnderDay = policy !== null && attempts.onPluginToday < policy.attempts_per_plugin_per_day;
  const share = fleet.total > 0 ? fleet.unhealthy / fleet.total : 0;
  const isCalm = fleet.total < LIMITS.stormMinimumPlugins || (policy !== null && share <= policy.storm_share);
  const isPacked = target.action === "patch" && isFull(release);
  const needsStaging = ["patch", "config_update", "migration"].includes(target.action) && (policy?.staging_required ?? true);
  return [
    gate(
      "incident_cap",
      "suggest",
      isUnderCap ? null : (unread ?? `${attempts.onIncident} attempts on this incident`),
      "attempts on this incident are left",
    ),
    gate(
      "plugin_cap",
      "suggest",
      isUnderDay ? null : (unread ?? `${attempts.onPluginToday} attempts on this plugin today`),
      "attempts of today are left",
    ),
    gate(
      "rolled_back",
      "suggest",
      attempts.rolledBackOnIncident > 0 ? "an attempt was rolled back: a person decides" : null,
      "nothing was rolled back",
    ),
    gate(
      "in_flight",
      "suggest",
      isPacked
        ? `${release.inFlight} shops are trying this release, and it is proven at ${release.proven} of ${LIMITS.inFlightUnproven}`
        : null,
      "the release is proven, or few are trying it",
    ),
    gate("storm", "suggest", isCalm ? null : (unread ?? `${percent(share)} of the fleet are unhealthy`), "the fleet is calm"),
    gate(
      "staging",
      "suggest",
      needsStaging && !input.stagingAvailable ? "it cannot be rehearsed now" : null,
      needsStaging ? "it can be rehearsed" : "not needed",
    ),
  ];
}
