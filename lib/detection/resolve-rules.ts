import { RULES } from "@/lib/detection/registry";
import type { ConfiguredRules, Rule } from "@/lib/detection/types";

export interface ResolvedRule {
  readonly rule: Rule;
  readonly params: unknown;
  /** False when stored params did not fit the schema and the rule's own defaults stand in. */
  readonly areParamsValid: boolean;
}

/** Parsing costs more than judging a beat, so each configuration object is parsed once; it must not be mutated. */
const resolved = new WeakMap<ConfiguredRules, readonly ResolvedRule[]>();

function resolve(rule: Rule, stored: unknown): ResolvedRule {
  if (stored === undefined || stored === null) return { rule, params: rule.defaults, areParamsValid: true };
  const parsed = rule.params.safeParse(stored);
  return parsed.success ? { rule, params: parsed.data, areParamsValid: true } : { rule, params: rule.defaults, areParamsValid: false };
}

/**
 * The rules that are switched on, each with usable params.
 *
 * Broken stored params never silence a rule and never throw: its defaults are used instead, and say so.
 */
export function resolveRules(configured: ConfiguredRules): readonly ResolvedRule[] {
  const known = resolved.get(configured);
  if (known) return known;
  const rules = RULES.filter((rule) => configured[rule.id]?.enabled !== false).map((rule) => resolve(rule, configured[rule.id]?.params));
  resolved.set(configured, rules);
  return rules;
}

/** Where what was said of the detectors is kept: beside the rules, under a name that no rule has. @param tenantId  null: everywhere */
export function detectorsId(tenantId: string | null): string {
  return tenantId === null ? "detectors" : `detectors:${tenantId}`;
}

/** Whether what the detectors raise about a tenant's plugins becomes incidents: neither everywhere nor for the tenant switched off. */
export function areDetectorsOn(configured: ConfiguredRules, tenantId: string): boolean {
  return configured[detectorsId(null)]?.enabled !== false && configured[detectorsId(tenantId)]?.enabled !== false;
}
