import { compareVersions } from "@/lib/kernel/semver";
import { learnedEvidence } from "@/lib/sira/learned-evidence";
import type { SiraModel, StaticRules } from "@/lib/sira/model";
import type { SiraAction, SiraDecision, SiraRequest } from "@/lib/sira/types";
import { SIRA_ACTIONS } from "@/lib/sira/types";

type Evidence = SiraDecision["evidence_for"][number];
type Release = SiraRequest["context"]["releases"][number];

/** One action that is possible here, with every fact that speaks for or against it. */
export interface Option {
  readonly action: SiraAction;
  readonly patchVersion: string | null;
  /** Sum of the weights, log-odds that the action mends the incident; `staticLogOdds` is the part that was known beforehand. */
  readonly logOdds: number;
  readonly staticLogOdds: number;
  /** How unsure the log-odds still are. */
  readonly variance: number;
  readonly harm: number;
  readonly evidence: readonly Evidence[];
}

/** How a release fared elsewhere, as log-odds against knowing nothing; 0 without history. */
function trackRecord(release: Release, { good, bad }: StaticRules["releasePrior"]): number {
  const odds = (release.succeeded + good) / (release.failed + bad);
  return Math.max(-4, Math.min(4, Math.log(odds) - Math.log(good / bad)));
}

function releaseEvidence(release: Release, request: SiraRequest, model: StaticRules): Evidence[] {
  const { type } = request.incident;
  const claims = release.fixes.includes(type);
  const evidence = [
    claims
      ? { fact: `release ${release.version} claims to fix ${type}`, weight: model.weights.claimsFix }
      : { fact: `release ${release.version} is newer and claims nothing about ${type}`, weight: model.weights.generalRelease },
  ];
  const record = trackRecord(release, model.releasePrior);
  if (record !== 0)
    evidence.push({ fact: `elsewhere it succeeded ${release.succeeded} and failed ${release.failed} times`, weight: record });
  if (release.major) evidence.push({ fact: `release ${release.version} changes the major version`, weight: model.weights.majorRelease });
  return evidence;
}

function weightOf(evidence: readonly Evidence[]): number {
  return evidence.reduce((sum, { weight }) => sum + weight, 0);
}

/**
 * The release to propose: newer than what runs, never one that failed here, and of those that claim to fix the type (else of
 * those that claim nothing in particular) the one with the best record; on a tie the newest. Null when there is none.
 */
function chooseRelease(request: SiraRequest, model: StaticRules): Release | null {
  const { type, running_version } = request.incident;
  const newest = request.context.releases
    .filter((release) => !release.failed_here && compareVersions(release.version, running_version) > 0)
    .toSorted((a, b) => compareVersions(b.version, a.version));
  const claiming = newest.filter((release) => release.fixes.includes(type));
  const eligible = claiming.length > 0 ? claiming : newest.filter((release) => release.fixes.length === 0);
  const weights = eligible.map((release) => weightOf(releaseEvidence(release, request, model)));
  const best = weights.reduce((chosen, weight, index) => (weight > (weights[chosen] ?? Number.NEGATIVE_INFINITY) ? index : chosen), 0);
  return eligible[best] ?? null;
}

/** Sick peers on the same version speak for leaving it. Laplace smoothing keeps a handful from looking like certainty. */
function peerEvidence(action: "patch" | "rollback", request: SiraRequest, model: StaticRules): Evidence[] {
  const { sick, total } = request.context.same_version;
  if (total < model.peersMinimum || sick === 0) return [];
  const full = action === "patch" ? model.weights.sickPeersPatch : model.weights.sickPeersRollback;
  const share = Math.min(1, (sick + 1) / (total + 2));
  return [{ fact: `${sick} of ${total} others on ${request.incident.running_version} are sick of the same`, weight: full * share }];
}

/** What has already been tried on this incident speaks against trying again. */
function historyEvidence(request: SiraRequest, model: StaticRules): Evidence[] {
  const { reopened_count } = request.incident;
  const { attempts_here } = request.context;
  const evidence: Evidence[] = [];
  if (reopened_count > 0) {
    evidence.push({
      fact: `the incident came back ${reopened_count} times`,
      weight: Math.max(-4, model.weights.reopened * reopened_count),
    });
  }
  if (attempts_here > 0) {
    evidence.push({ fact: `${attempts_here} attempts here did not end it`, weight: Math.max(-4, model.weights.attempted * attempts_here) });
  }
  return evidence;
}

function memoryEvidence(request: SiraRequest, model: StaticRules): Evidence[] {
  const memory = request.incident.telemetry_snapshot.memory_mb;
  if (memory === undefined || memory < model.memoryHighMb) return [];
  return [{ fact: `the plugin holds ${Math.round(memory)} MB of memory`, weight: model.weights.memoryHigh }];
}

/** What the agent must be able to do for an action; telling people needs no agent. */
const NEEDS: Readonly<Partial<Record<SiraAction, string>>> = {
  restart: "restart",
  config_update: "config_update",
  patch: "update",
  rollback: "rollback",
  isolate: "isolate",
};

/** Whether the agent can do it; null when it never said what it can do. */
function isCapable(action: SiraAction, capabilities: readonly string[]): boolean | null {
  const needed = NEEDS[action];
  if (needed === undefined) return true;
  return capabilities.length === 0 ? null : capabilities.includes(needed);
}

/** Facts that speak for or against one action besides its prior; null when it is impossible here. */
function specificEvidence(action: SiraAction, release: Release | null, request: SiraRequest, model: StaticRules): Evidence[] | null {
  const { last_good_version } = request.context;
  switch (action) {
    case "patch":
      return release
        ? [...releaseEvidence(release, request, model), ...peerEvidence("patch", request, model), ...historyEvidence(request, model)]
        : null;
    case "rollback":
      if (last_good_version === null || compareVersions(last_good_version, request.incident.running_version) >= 0) return null;
      return [...peerEvidence("rollback", request, model), ...historyEvidence(request, model)];
    case "restart":
      return [...memoryEvidence(request, model), ...historyEvidence(request, model)];
    case "config_update":
      // No configuration is on offer in a request, so there is nothing that could be sent.
      return null;
    default:
      return [];
  }
}

/** Whether an action was carried out here so often without lasting success that trying it again is no proposal any more. */
function isWornOut(action: SiraAction, { context }: SiraRequest, { failuresHere }: StaticRules): boolean {
  if (action === "none" || action === "notify") return false;
  return context.failed_actions?.some((failed) => failed.action === action && failed.times >= failuresHere) ?? false;
}

function staticEvidence(action: SiraAction, specific: readonly Evidence[], request: SiraRequest, model: StaticRules): Evidence[] {
  const { type } = request.incident;
  const evidence: Evidence[] = [{ fact: `prior for ${action}`, weight: model.priors[action] }];
  const typeWeight = model.typeWeights[type]?.[action] ?? 0;
  if (typeWeight !== 0) evidence.push({ fact: `${action} and ${type}`, weight: typeWeight });
  if (isCapable(action, request.context.capabilities) === null)
    evidence.push({ fact: "the agent never said what it can do", weight: model.weights.capabilitiesUnknown });
  return [...evidence, ...specific];
}

/** The static facts as a model weighs them: less, where outcomes have contradicted static rules. */
function trusted(evidence: readonly Evidence[], { trust }: SiraModel): Evidence[] {
  return evidence.map(({ fact, weight }) => ({ fact, weight: weight * trust }));
}

/**
 * Every action that is possible for this request, weighed: what was known beforehand, and what outcomes taught since.
 *
 * @returns in the order of SIRA_ACTIONS; `none` and `notify` are always among them
 */
export function weighActions(request: SiraRequest, model: SiraModel): Option[] {
  const release = chooseRelease(request, model);
  return SIRA_ACTIONS.flatMap((action): Option[] => {
    if (isCapable(action, request.context.capabilities) === false || isWornOut(action, request, model)) return [];
    const specific = specificEvidence(action, release, request, model);
    if (!specific) return [];
    const known = trusted(staticEvidence(action, specific, request, model), model);
    const learned = learnedEvidence(action, request.incident, model);
    const staticLogOdds = weightOf(known);
    return [
      {
        action,
        patchVersion: action === "patch" ? (release?.version ?? null) : null,
        logOdds: staticLogOdds + weightOf(learned.evidence),
        staticLogOdds,
        variance: learned.variance,
        harm: model.harm[action],
        evidence: [...known, ...learned.evidence],
      },
    ];
  });
}
