import { graver, type Severity, severityRank } from "@/lib/kernel/severity";
import type { ModuleFindingType } from "@/lib/modules/types";
import { isSharper, MODULE_CAUSES, type ModuleCause, moduleCauseOf } from "./causes";
import type { Evidence, KnownIncident, Spoken } from "./types";

export interface ClearingRules {
  /** How long fresh evidence has to stay good before an incident ends by itself. */
  readonly clearSeconds: number;
  /** How long after its end the same cause reopens an incident instead of opening another. */
  readonly recurrenceSeconds: number;
  /** How often it is written down that what is known goes on. */
  readonly seenAgainSeconds: number;
}

/** What is said of one module of one tenant, and what is known of it. */
export interface GroupInput {
  /** Live, or resolved a short while ago. */
  readonly incidents: readonly KnownIncident[];
  readonly findings: readonly Spoken[];
  /** Of live incidents of which nobody speaks, by id. */
  readonly evidence: Readonly<Record<string, Evidence>>;
  readonly now: Date;
  readonly rules: ClearingRules;
}

/** What is to be done with one incident. The first of `findings` names it. */
export type GroupAction =
  | { readonly do: "open"; readonly cause: ModuleCause; readonly severity: Severity; readonly findings: readonly Spoken[] }
  | {
      readonly do: "see" | "reopen";
      readonly incidentId: string;
      readonly severity: Severity;
      /** Whether it is called something else, or graver, from now on. */
      readonly isRenamed: boolean;
      readonly isGraver: boolean;
      readonly findings: readonly Spoken[];
    }
  | { readonly do: "clear" | "doubt" | "resolve"; readonly incidentId: string };

const isLive = ({ status }: KnownIncident) => status !== "resolved" && status !== "closed";

/** Whether it is the module's own word, which says what is wrong where counts only show that something is. */
const isOwnWord = ({ ruleId }: Spoken) => ruleId.startsWith("check:");

/** Findings of one cause: the sharpest word first, of one word the module's own, then the gravest. */
function inOrder(findings: readonly Spoken[]): Spoken[] {
  return findings.toSorted((a, b) => {
    if (a.type !== b.type) return isSharper(a.type, b.type) ? -1 : 1;
    if (isOwnWord(a) !== isOwnWord(b)) return isOwnWord(a) ? -1 : 1;
    return severityRank(b.severity) - severityRank(a.severity) || (a.ruleId < b.ruleId ? -1 : 1);
  });
}

const worst = (findings: readonly Spoken[], atLeast: Severity) =>
  findings.reduce((severity, finding) => graver(severity, finding.severity), atLeast);

/** `source/rule`: how an incident remembers who spoke of it. */
const ruleName = ({ source, ruleId }: Pick<Spoken, "source" | "ruleId">) => `${source}/${ruleId}`;

/** A name that something is already done about stays; before that the sharper word wins. */
function nameOf(incident: KnownIncident, first: Spoken): ModuleFindingType {
  const isFixed = incident.status === "healing" || incident.status === "awaiting_approval";
  return !isFixed && isSharper(first.type, incident.type) ? first.type : incident.type;
}

function see(incident: KnownIncident, findings: readonly Spoken[], { now, rules }: GroupInput): GroupAction[] {
  const [first] = findings as [Spoken];
  const severity = worst(findings, incident.severity);
  const [isRenamed, isGraver] = [nameOf(incident, first) !== incident.type, severity !== incident.severity];
  const isNews = isRenamed || isGraver || incident.clearedAt !== null || findings.some((one) => !incident.rules.includes(ruleName(one)));
  const isDue = now.getTime() - incident.lastSeenAt.getTime() >= rules.seenAgainSeconds * 1_000;
  return isNews || isDue ? [{ do: "see", incidentId: incident.id, severity, isRenamed, isGraver, findings }] : [];
}

/** Nobody speaks of it: good evidence is waited out, unknown is no step towards the end. */
function clear(incident: KnownIncident, { evidence, now, rules }: GroupInput): GroupAction[] {
  const { id: incidentId, clearedAt } = incident;
  if (evidence[incidentId] !== "good") return clearedAt === null ? [] : [{ do: "doubt", incidentId }];
  if (clearedAt === null) return [{ do: "clear", incidentId }];
  const isProven = now.getTime() - clearedAt.getTime() >= rules.clearSeconds * 1_000;
  const mayEndItself = incident.status === "open" || incident.status === "awaiting_approval";
  return isProven && mayEndItself ? [{ do: "resolve", incidentId }] : [];
}

function begin(cause: ModuleCause, findings: readonly Spoken[], { incidents, now, rules }: GroupInput): GroupAction {
  const since = now.getTime() - rules.recurrenceSeconds * 1_000;
  const ended = incidents.filter((one) => one.cause === cause && one.status === "resolved" && (one.resolvedAt?.getTime() ?? 0) >= since);
  const [again] = ended.sort((a, b) => (b.resolvedAt?.getTime() ?? 0) - (a.resolvedAt?.getTime() ?? 0));
  const [first] = findings as [Spoken];
  const severity = worst(findings, first.severity);
  if (!again) return { do: "open", cause, severity, findings };
  return { do: "reopen", incidentId: again.id, severity, isRenamed: first.type !== again.type, isGraver: false, findings };
}

/**
 * Turns what is said of one module of one tenant into what happens to its incidents: at most one live incident for each cause.
 *
 * Severity only rises while it is live. It ends by itself only after good evidence without a break; an escalated one belongs to a person
 * and a healing one to what heals it. Trouble of the same cause within `recurrenceSeconds` of the end reopens the same incident.
 */
export function groupModuleFindings(input: GroupInput): GroupAction[] {
  return MODULE_CAUSES.flatMap((cause): GroupAction[] => {
    const findings = inOrder(input.findings.filter(({ type }) => moduleCauseOf(type) === cause));
    const live = input.incidents.filter((incident) => incident.cause === cause && isLive(incident));
    if (findings.length === 0) return live.flatMap((incident) => clear(incident, input));
    const [incident] = live;
    return incident ? see(incident, findings, input) : [begin(cause, findings, input)];
  });
}

/** Who names an incident first, and everybody else who ever spoke of it. */
export function rulesAfter(known: readonly string[], findings: readonly Spoken[], most: number): string[] {
  return [...new Set([...findings.map(ruleName), ...known])].slice(0, most);
}
