import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { severityRank } from "@/lib/kernel/severity";
import type { ModuleFinding } from "@/lib/modules/types";
import type { JudgedPair } from "./judge-burn";
import { type JudgedObjective, judgeObjective, pageBurn } from "./judge-objective";
import { objectivesOf } from "./promises/definitions";
import { addWindows, eventsOf } from "./sums";
import type { MeasuredService, Objective, ScopeSums, WindowSums } from "./types";

/** The one rule by which budgets raise anything; behind it, which objective names the finding. */
const BURN_RULE = "error_budget_burn";
const MOST_EVIDENCE = 8;

/** An objective that is burning, by the sharpest of its pairs that fire. */
interface Burning {
  readonly judged: JudgedObjective;
  readonly pair: JudgedPair;
  readonly burn: number;
}

function burningOf(judged: JudgedObjective): Burning | null {
  const pair = judged.pairs.find(({ isFiring }) => isFiring);
  return pair ? { judged, pair, burn: Math.min(pair.shortBurn ?? 0, pair.longBurn ?? 0) } : null;
}

const sharpestFirst = (one: Burning, other: Burning) =>
  severityRank(other.pair.severity) - severityRank(one.pair.severity) || other.burn - one.burn;

const tenth = (value: number) => Math.round(value * 10) / 10;

function evidenceOf({ judged: { objective, windows, budget }, pair }: Burning): ModuleFinding["evidence"][number] {
  const { total, bad } = windows[pair.long];
  const left = budget.left === null ? "too little known of its budget" : `${tenth(budget.left * 100)} % of its budget left`;
  const burns = `${tenth(pair.shortBurn ?? 0)} times (${pair.short}), ${tenth(pair.longBurn ?? 0)} times (${pair.long})`;
  return { label: objective.id, value: `${burns}; ${tenth(bad)} of ${tenth(total)} bad in ${pair.long}; ${left}` };
}

/** One finding for all that burns in a module for a tenant: named after the sharpest, the others as evidence. */
function findingOf(service: MeasuredService, tenantId: string, all: readonly Burning[], at: Date): ModuleFinding | null {
  const sorted = all.toSorted(sharpestFirst);
  const [first] = sorted;
  if (!first) return null;
  const { judged, pair, burn } = first;
  const { surface, metric } = judged.objective;
  return {
    ...{
      ruleId: `${BURN_RULE}:${judged.objective.id}`,
      type: "slo_burn",
      tenantId,
      moduleKey: service.moduleKey,
      severity: pair.severity,
      observedAt: at,
    },
    ...{ statistic: "error_budget_burn", value: tenth(burn), usual: 1 },
    explain: `${service.title} spends its error budget for ${metric} on the surface ${surface} ${tenth(burn)} times as fast as it may, over ${pair.short} and ${pair.long}.`,
    evidence: sorted.slice(0, MOST_EVIDENCE).map(evidenceOf),
  };
}

/** Of whom, and by which of its rules, a word is wanted. */
interface AskedRule {
  readonly tenantId: string;
  readonly moduleKey: string;
  readonly ruleId: string;
}

/** All tenants' sums of one service, and each tenant's. */
interface Grouped {
  readonly service: MeasuredService;
  readonly parts: readonly ScopeSums[];
}

function together(parts: readonly ScopeSums[]): { surface: ScopeSums["surface"]; windows: WindowSums }[] {
  const surfaces = [...new Set(parts.map(({ surface }) => surface))];
  return surfaces.map((surface) => ({
    surface,
    windows: addWindows(parts.filter((part) => part.surface === surface).map(({ windows }) => windows)),
  }));
}

const judgeAll = (service: MeasuredService, parts: readonly Pick<ScopeSums, "surface" | "windows">[], at: Date) =>
  parts.flatMap(({ surface, windows }) => objectivesOf(service, surface).map((objective) => judgeObjective(objective, windows, at)));
const fires = (objective: Objective, windows: WindowSums, at: Date) => burningOf(judgeObjective(objective, windows, at)) !== null;

/** Whether one tenant alone makes them all burn: by itself it burns, and the others without it do not. */
function isOnesOwn({ judged: { objective }, pair }: Burning, { parts }: Grouped, at: Date): boolean {
  const own = parts.filter(({ surface }) => surface === objective.surface);
  const badOf = ({ windows }: ScopeSums) => eventsOf(objective.metric, windows[pair.long]).bad;
  const worst = own.reduce((most, part) => (badOf(part) > badOf(most) ? part : most), own[0] as ScopeSums);
  if (worst.tenantId === PLATFORM_TENANT || !fires(objective, worst.windows, at)) return false;
  const rest = own.filter((part) => part !== worst);
  return !fires(objective, addWindows(rest.map(({ windows }) => windows)), at);
}

/** What is burning in one service: for all tenants together, and for those whom that does not already speak of. */
function findInService(grouped: Grouped, at: Date): ModuleFinding[] {
  const { service, parts } = grouped;
  const present = <T>(value: T | null): T[] => (value === null ? [] : [value]);
  const burningAmong = (judged: readonly JudgedObjective[]) => judged.flatMap((each) => present(burningOf(each)));
  const shared = burningAmong(judgeAll(service, together(parts), at)).filter((each) => !isOnesOwn(each, grouped, at));
  const all = findingOf(service, PLATFORM_TENANT, shared, at);
  const tenants = [...new Set(parts.map(({ tenantId }) => tenantId))].filter((tenantId) => tenantId !== PLATFORM_TENANT);
  const single = tenants.flatMap((tenantId) => {
    const mine = parts.filter((part) => part.tenantId === tenantId);
    const told = findingOf(service, tenantId, burningAmong(judgeAll(service, mine, at)), at);
    const isSaid = all !== null && told !== null && severityRank(all.severity) >= severityRank(told.severity);
    return isSaid ? [] : present(told);
  });
  return [...present(all), ...single];
}

/**
 * Whether nothing can be said about a scope's budgets: nobody was heard for an hour, or the fast pairs hold too few events. Of a finding that
 * names its objective, that one counts: another one's good says nothing about it.
 */
function isUnknownOf(service: MeasuredService, parts: readonly ScopeSums[], ruleId: string, at: Date): boolean {
  if (!parts.some(({ windows }) => windows["1h"].minutes > 0)) return true;
  const objectiveId = ruleId.startsWith(`${BURN_RULE}:`) ? ruleId.slice(BURN_RULE.length + 1) : null;
  const judged = judgeAll(service, together(parts), at).filter(({ objective }) => objectiveId === null || objective.id === objectiveId);
  return judged.every((each) => pageBurn(each) === null);
}

/**
 * What burns, and of whom nothing can be said. A finding of the platform's own tenant is about all of them; a tenant that burns no worse
 * than all do has none of its own.
 *
 * @param sums  of each tenant for itself
 */
export function findBurns(services: readonly MeasuredService[], sums: readonly ScopeSums[], at: Date) {
  const grouped = services.map((service) => ({ service, parts: sums.filter(({ moduleId }) => moduleId === service.moduleId) }));
  return {
    findings: grouped.flatMap((each) => findInService(each, at)),
    isUnknown({ tenantId, moduleKey, ruleId }: AskedRule): boolean {
      const own = grouped.find(({ service }) => service.moduleKey === moduleKey);
      if (!own) return true;
      const parts = tenantId === PLATFORM_TENANT ? own.parts : own.parts.filter((part) => part.tenantId === tenantId);
      return isUnknownOf(own.service, parts, ruleId, at);
    },
  };
}
