import type { Finding, IncidentType } from "@/lib/detection/types";
import type { Cause } from "@/lib/incidents/causes";
import { CAUSES, causeOf, isMoreSpecific } from "@/lib/incidents/causes";
import type { IncidentState } from "@/lib/incidents/types";
import type { Severity } from "@/lib/kernel/severity";
import { graver, severityRank } from "@/lib/kernel/severity";
import { LIMITS } from "@/lib/platform/limits";

export interface GroupingRules {
  /** Clean beats in a row that end an incident. */
  readonly clearBeats: number;
  /** How long after its end the same cause reopens an incident instead of opening another. */
  readonly recurrenceSeconds: number;
}

const RULES: GroupingRules = { clearBeats: LIMITS.clearBeats, recurrenceSeconds: LIMITS.recurrenceSeconds };

export interface GroupingInput {
  /** Incidents of one plugin that are neither resolved nor closed. */
  readonly openIncidents: readonly IncidentState[];
  /** Incidents of the plugin that were resolved a short while ago; closed ones are left out, they stay closed. */
  readonly recentlyResolved: readonly IncidentState[];
  readonly findings: readonly Finding[];
  /** Whether the newest beat is new since the last grouping: only then can it count as a clean one. */
  readonly isFreshBeat: boolean;
  /** Types about which the newest beat says nothing (detection/unproven-types.ts); they are never cleared by it. */
  readonly unproven?: ReadonlySet<IncidentType>;
  readonly now: Date;
  readonly rules?: GroupingRules;
}

/** What is to be done with one incident. `findings` are those of its cause, the one that names it first. */
export type GroupingAction =
  | { readonly do: "open"; readonly type: IncidentType; readonly severity: Severity; readonly findings: readonly Finding[] }
  | {
      readonly do: "absorb";
      readonly incidentId: string;
      readonly severity: Severity;
      readonly isGraver: boolean;
      readonly findings: readonly Finding[];
    }
  | {
      readonly do: "respecialise";
      readonly incidentId: string;
      readonly type: IncidentType;
      readonly severity: Severity;
      readonly findings: readonly Finding[];
    }
  | {
      readonly do: "reopen";
      readonly incidentId: string;
      readonly type: IncidentType;
      readonly severity: Severity;
      readonly reopenedCount: number;
      /** Whether the same type came back: then the last success did not last (sira.md, Decision). */
      readonly isSameType: boolean;
      readonly findings: readonly Finding[];
    }
  | { readonly do: "clearStep"; readonly incidentId: string; readonly clearStreak: number }
  | { readonly do: "resolveBySelf"; readonly incidentId: string; readonly clearStreak: number };

/** Findings of one cause, the most specific first and the graver before the lesser. */
function findingsOf(cause: Cause, findings: readonly Finding[]): Finding[] {
  return findings
    .filter((finding) => causeOf(finding.type) === cause)
    .sort((a, b) => {
      if (a.type !== b.type) return isMoreSpecific(a.type, b.type) ? -1 : 1;
      return severityRank(b.severity) - severityRank(a.severity);
    });
}

function worst(findings: readonly Finding[], atLeast: Severity): Severity {
  return findings.reduce((severity, finding) => graver(severity, finding.severity), atLeast);
}

/** An open incident meets findings of its cause: it takes the sharper name unless a plan already rests on its name. */
function absorb(incident: IncidentState, findings: readonly Finding[], first: Finding): GroupingAction {
  const severity = worst(findings, incident.severity);
  const mayBeRenamed = incident.status === "open" || incident.status === "escalated";
  if (mayBeRenamed && isMoreSpecific(first.type, incident.type)) {
    return { do: "respecialise", incidentId: incident.id, type: first.type, severity, findings };
  }
  return { do: "absorb", incidentId: incident.id, severity, isGraver: severity !== incident.severity, findings };
}

/** A clean beat: count it, and end the incident when enough have come and no person or attempt holds it. */
function clear(incident: IncidentState, input: GroupingInput, rules: GroupingRules): GroupingAction[] {
  if (!input.isFreshBeat || input.unproven?.has(incident.type)) return [];
  const mayEndItself = incident.status === "open" || incident.status === "awaiting_approval";
  // Whoever holds it knows by now that it looks clean; counting on would write an audit entry a beat, for ever.
  if (!mayEndItself && incident.clearStreak >= rules.clearBeats) return [];
  const clearStreak = incident.clearStreak + 1;
  const isOver = mayEndItself && clearStreak >= rules.clearBeats;
  return [{ do: isOver ? "resolveBySelf" : "clearStep", incidentId: incident.id, clearStreak }];
}

/** The incident of this cause that ended last, if that was recent enough to be the same trouble. */
function recurring(cause: Cause, input: GroupingInput, rules: GroupingRules): IncidentState | null {
  const since = input.now.getTime() - rules.recurrenceSeconds * 1_000;
  const candidates = input.recentlyResolved.filter(
    (incident) => causeOf(incident.type) === cause && incident.resolvedAt !== null && incident.resolvedAt.getTime() >= since,
  );
  return candidates.sort((a, b) => (b.resolvedAt?.getTime() ?? 0) - (a.resolvedAt?.getTime() ?? 0))[0] ?? null;
}

/** Findings without an open incident: the same trouble again, or a new one. */
function begin(findings: readonly Finding[], first: Finding, again: IncidentState | null): GroupingAction {
  const severity = worst(findings, first.severity);
  if (!again) return { do: "open", type: first.type, severity, findings };
  const isSameType = again.type === first.type;
  const reopenedCount = again.reopenedCount + 1;
  return { do: "reopen", incidentId: again.id, type: first.type, severity, reopenedCount, isSameType, findings };
}

/**
 * Turns what rules say of one plugin into what happens to its incidents: at most one open incident per cause.
 *
 * Hysteresis both ways: severity only rises while an incident is open, a single finding resets the clean streak, and an
 * incident ends by itself only after `clearBeats` fresh beats that really speak of its type. An escalated incident belongs
 * to a person and a healing one to its attempt, so neither ends by itself. Trouble of the same cause within
 * `recurrenceSeconds` of the end reopens the same incident and counts it.
 *
 * @returns at most one action per incident, plus at most one `open` or `reopen` per cause
 */
export function groupFindings(input: GroupingInput): GroupingAction[] {
  const rules = input.rules ?? RULES;
  return CAUSES.flatMap((cause): GroupingAction[] => {
    const findings = findingsOf(cause, input.findings);
    const open = input.openIncidents.filter((incident) => causeOf(incident.type) === cause);
    const [first] = findings;
    if (!first) return open.flatMap((incident) => clear(incident, input, rules));
    const [incident] = open;
    return [incident ? absorb(incident, findings, first) : begin(findings, first, recurring(cause, input, rules))];
  });
}
