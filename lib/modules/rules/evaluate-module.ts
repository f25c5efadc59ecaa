import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import type { ModuleFinding } from "@/lib/modules/types";
import { judgeChecks } from "./judge-checks";
import { MODULE_RULES } from "./registry";
import type { Bad, ModuleRule, ModuleView, Verdict } from "./types";

/** The same module as one tenant has it. What its beats say is of all tenants, and stays. */
function viewOf(view: ModuleView, tenantId: string): ModuleView {
  if (tenantId === PLATFORM_TENANT) return view;
  const isOwn = (row: { readonly tenantId: string }) => row.tenantId === tenantId;
  return { ...view, minutes: view.minutes.filter(isOwn), errors: view.errors.filter(isOwn) };
}

const judge = (rule: ModuleRule, view: ModuleView) => rule.judge(view, rule.defaults);

function findingOf(ruleId: string, tenantId: string, { moduleKey }: ModuleView, { is: _is, ...bad }: Bad): ModuleFinding {
  return { ruleId, tenantId, moduleKey, ...bad };
}

/**
 * Whom what one rule finds concerns: all tenants where at least two of them have it, or nobody in particular does; else the one that has it.
 * A tenant among many whose share is lost in the sum is looked at by itself.
 */
function findingsOfRule(rule: ModuleRule, view: ModuleView, tenants: readonly string[]): ModuleFinding[] {
  const together = judge(rule, view);
  if (rule.scope === "service") return together.is === "bad" ? [findingOf(rule.id, PLATFORM_TENANT, view, together)] : [];
  const concerned = tenants.filter((tenantId) => (rule.amount?.(viewOf(view, tenantId)) ?? 0) > 0);
  const [only] = concerned;
  if (together.is === "bad" && (concerned.length !== 1 || only === PLATFORM_TENANT || only === undefined)) {
    const evidence = [...together.evidence, { label: "tenants", value: `${concerned.length} of ${tenants.length}` }];
    return [findingOf(rule.id, PLATFORM_TENANT, view, { ...together, evidence })];
  }
  return concerned.flatMap((tenantId) => {
    const alone = judge(rule, viewOf(view, tenantId));
    return alone.is === "bad" ? [findingOf(rule.id, tenantId, view, alone)] : [];
  });
}

/** Everything that all static rules and the module's own checks find about it. */
export function evaluateModule(view: ModuleView): ModuleFinding[] {
  const tenants = [...new Set([...view.minutes, ...view.errors].map(({ tenantId }) => tenantId))].sort();
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
