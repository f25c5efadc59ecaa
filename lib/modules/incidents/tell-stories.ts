import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { severityRank } from "@/lib/kernel/severity";
import type { Criticality, ModuleFindingType } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import type { KnownIncident } from "./types";

/** A module as far as it matters who stands on whom. */
export interface ModuleInPlace {
  readonly moduleKey: string;
  readonly criticality: Criticality;
  readonly dependencies: readonly string[];
}

/** What a module shows when something beneath it fails. */
const SYMPTOMS: ReadonlySet<ModuleFindingType> = new Set(["timeouts", "perf_drift", "error_spike", "identical_errors", "database_errors"]);
/** What many modules show at once when what they all stand on is away. */
const COMMON: ReadonlySet<ModuleFindingType> = new Set([...SYMPTOMS, "silence"]);
const COMMON_MODULES = 3;
const RANK: Readonly<Record<Criticality, number>> = { core: 0, standard: 1, optional: 2 };

/** Everything a module stands on, however far down. */
function beneath(key: string, modules: ReadonlyMap<string, ModuleInPlace>, seen = new Set<string>()): ReadonlySet<string> {
  for (const dependency of modules.get(key)?.dependencies ?? []) {
    if (seen.has(dependency) || dependency === key) continue;
    seen.add(dependency);
    beneath(dependency, modules, seen);
  }
  return seen;
}

/** The one incident that stands for what at least half of all modules show at once; the free core's before others', the first before later ones. */
function commonStory(ofAll: readonly KnownIncident[], modules: ReadonlyMap<string, ModuleInPlace>): KnownIncident | null {
  const common = ofAll.filter(({ cause, type }) => cause === "service" && COMMON.has(type));
  if (common.length < COMMON_MODULES || common.length * 2 < modules.size) return null;
  const rank = ({ moduleKey }: KnownIncident) => RANK[modules.get(moduleKey)?.criticality ?? "optional"];
  const order = (a: KnownIncident, b: KnownIncident) =>
    rank(a) - rank(b) || a.openedAt.getTime() - b.openedAt.getTime() || (a.moduleKey < b.moduleKey ? -1 : 1);
  return common.toSorted(order)[0] ?? null;
}

/**
 * Whether one module's incident may tell another's. It is no milder: nobody would be woken for the graver one. What somebody owns already, or
 * what began long before, takes in nothing new; what it tells it goes on telling.
 */
function mayTell(teller: KnownIncident, told: KnownIncident): boolean {
  if (teller.id === told.id || severityRank(teller.severity) < severityRank(told.severity)) return false;
  if (told.suppressedBy === teller.id) return true;
  const isOwned = teller.acknowledgedAt !== null || teller.status === "escalated";
  // What began further apart is no consequence: one has stood the other for that long.
  return !isOwned && Math.abs(teller.openedAt.getTime() - told.openedAt.getTime()) <= LIMITS.moduleStorySeconds * 1_000;
}

/**
 * Which live incidents are told by another one: of a tenant by that of all, of a module by that of what it stands on, and of many modules at
 * once by a single one. Nobody is told, or called, for the others.
 *
 * @returns the incident that tells it, by id, for each that is told by another
 */
export function tellStories(live: readonly KnownIncident[], modules: readonly ModuleInPlace[]): ReadonlyMap<string, string> {
  const byKey = new Map(modules.map((module) => [module.moduleKey, module]));
  const ofAll = live.filter(({ tenantId }) => tenantId === PLATFORM_TENANT);
  const common = commonStory(ofAll, byKey);
  const told = new Map<string, string>();
  for (const incident of live) {
    const wider =
      incident.tenantId === PLATFORM_TENANT
        ? null
        : ofAll.find((one) => one.moduleKey === incident.moduleKey && one.cause === incident.cause);
    const below = incident.cause === "service" && SYMPTOMS.has(incident.type) ? beneath(incident.moduleKey, byKey) : new Set<string>();
    const cause = ofAll.find((one) => one.cause === "service" && below.has(one.moduleKey) && mayTell(one, incident));
    const isCommon = common !== null && incident.cause === "service" && COMMON.has(incident.type) && mayTell(common, incident);
    const teller = wider ?? (isCommon ? common : null) ?? cause;
    if (teller && teller.id !== incident.id) told.set(incident.id, teller.id);
  }
  // Whoever is told by another tells nobody: the last of a chain tells all of it.
  const last = (id: string, seen: ReadonlySet<string>): string => {
    const next = told.get(id);
    return next === undefined || seen.has(next) ? id : last(next, new Set([...seen, next]));
  };
  return new Map([...told.keys()].map((id) => [id, last(id, new Set([id]))] as const).filter(([id, teller]) => id !== teller));
}
