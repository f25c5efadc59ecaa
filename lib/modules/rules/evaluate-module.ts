import { groupBy } from "@/lib/kernel/group-by";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import type { ModuleFinding } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import { judgeChecks } from "./judge-checks";
import { MODULE_RULES } from "./registry";
import type { Bad, ModuleRule, ModuleView, Verdict } from "./types";
import { sumOf } from "./windows";

/** The same module as one tenant has it. What its beats say is of all tenants, and stays. */
function viewOf(view: ModuleView, tenantId: string): ModuleView {
  if (tenantId === PLATFORM_TENANT) return view;
  const isOwn = (row: { readonly tenantId: string }) => row.tenantId === tenantId;
  return { ...view, minutes: view.minutes.filter(isOwn), errors: view.errors.filter(isOwn) };
}

/** One tenant's own part of a module. */
interface Own {
  readonly tenantId: string;
  readonly view: ModuleView;
}

/** Each tenant's own part, split once however many rules look at it: there may be thousands of tenants, and a scan every few seconds. */
function splitByTenant(view: ModuleView): Own[] {
  const minutes = groupBy(view.minutes, ({ tenantId }) => tenantId);
  const errors = groupBy(view.errors, ({ tenantId }) => tenantId);
  const tenants = [...new Set([...minutes.keys(), ...errors.keys()])].sort();
  return tenants.map((tenantId) => {
    if (tenantId === PLATFORM_TENANT) return { tenantId, view };
    return { tenantId, view: { ...view, minutes: minutes.get(tenantId) ?? [], errors: errors.get(tenantId) ?? [] } };
  });
}

const judge = (rule: ModuleRule, view: ModuleView) => rule.judge(view, rule.defaults);

function findingOf(ruleId: string, tenantId: string, { moduleKey }: ModuleView, { is: _is, ...bad }: Bad): ModuleFinding {
  return { ruleId, tenantId, moduleKey, ...bad };
}

/** How much of what a rule looks for there is for each request, 0..1. */
function rateOf(rule: ModuleRule, view: ModuleView): number {
  const amount = rule.amount?.(view) ?? 0;
  return amount / Math.max(1, amount, sumOf(view.minutes, "requests"));
}

/** Whether one tenant alone makes it look bad for all: by itself it is, and the others without it neither are nor have it half as often. */
function isOnesOwn(rule: ModuleRule, view: ModuleView, { tenantId, view: own }: Own): boolean {
  if (tenantId === PLATFORM_TENANT || judge(rule, own).is !== "bad") return false;
  const isOther = (row: { readonly tenantId: string }) => row.tenantId !== tenantId;
  const others = { ...view, minutes: view.minutes.filter(isOther), errors: view.errors.filter(isOther) };
  if (judge(rule, others).is === "bad") return false;
  // Of so few of what the rule looks for the others are no witnesses: two are an anecdote.
  return (rule.amount?.(others) ?? 0) < LIMITS.moduleFewestWitnesses || rateOf(rule, others) * 2 < rateOf(rule, own);
}

/** A tenant that has some of what a rule looks for, and how much. */
type Concerned = Own & { readonly amount: number };

/** Whether it concerns all tenants: at least two have it and the one that has most does not account for it, or nobody in particular has it. */
function concernsAll(rule: ModuleRule, view: ModuleView, concerned: readonly Concerned[]): boolean {
  const [first] = concerned;
  if (first === undefined || (concerned.length === 1 && first.tenantId === PLATFORM_TENANT)) return true;
  if (concerned.length === 1) return false;
  return !isOnesOwn(
    rule,
    view,
    concerned.reduce((most, one) => (one.amount > most.amount ? one : most)),
  );
}

/**
 * What one rule finds: told of all tenants where it concerns them all; else of each that has it. A tenant among many whose share is lost in
 * the sum is looked at by itself.
 */
function findingsOfRule(rule: ModuleRule, view: ModuleView, tenants: readonly Own[]): ModuleFinding[] {
  const together = judge(rule, view);
  if (rule.scope === "service") return together.is === "bad" ? [findingOf(rule.id, PLATFORM_TENANT, view, together)] : [];
  const concerned = tenants.map((own) => ({ ...own, amount: rule.amount?.(own.view) ?? 0 })).filter(({ amount }) => amount > 0);
  if (together.is === "bad" && concernsAll(rule, view, concerned)) {
    const evidence = [...together.evidence, { label: "tenants", value: `${concerned.length} of ${tenants.length}` }];
    return [findingOf(rule.id, PLATFORM_TENANT, view, { ...together, evidence })];
  }
  return concerned.flatMap((own) => {
    const alone = judge(rule, own.view);
    return alone.is === "bad" ? [findingOf(rule.id, own.tenantId, view, alone)] : [];
  });
}

/** Everything that all static rules and the module's own checks find about it. */
export function evaluateModule(view: ModuleView): ModuleFinding[] {
  const tenants = splitByTenant(view);
  const checks = judgeChecks(view).flatMap(({ ruleId, verdict }) =>
    verdict.is === "bad" ? [findingOf(ruleId, PLATFORM_TENANT, view, verdict)] : [],
  );
  return [...checks, ...MODULE_RULES.flatMap((rule) => findingsOfRule(rule, view, tenants))];
}

/** What one rule, or one of the module's checks, says now of a tenant, or of all of them. A rule that is not known says nothing. */
export function verdictOf(view: ModuleView, ruleId: string, tenantId: string): Verdict["is"] {
  const own = viewOf(view, tenantId);
  const rule = MODULE_RULES.find(({ id }) => id === ruleId);
  if (rule) return judge(rule, own).is;
  return judgeChecks(own).find((check) => check.ruleId === ruleId)?.verdict.is ?? "unknown";
}

/**
 * What one rule says by signals that began after an instant alone: whether a change made at that instant has mended what it finds. Minutes
 * that had begun before are of both times, and left out; so is a beat from before.
 */
export function verdictSince(view: ModuleView, ruleId: string, tenantId: string, since: Date): Verdict["is"] {
  const isAfter = ({ minuteAt }: { readonly minuteAt: Date }) => minuteAt >= since;
  const beat = view.beat && view.beat.lastSeen > since ? view.beat : null;
  return verdictOf({ ...view, beat, minutes: view.minutes.filter(isAfter), errors: view.errors.filter(isAfter) }, ruleId, tenantId);
}
