import type { Rule } from "@/lib/detection/types";

/** What is stored of a rule over its defaults. */
export interface StoredRule {
  readonly version: number;
  readonly isEnabled: boolean;
  readonly params: unknown;
  readonly updatedAt: Date;
  readonly updatedBy: string;
}

/** A rule as it runs now: what is stored over the defaults in code. Stored params that no longer fit are left aside. */
export function ruleItem(rule: Rule, stored: StoredRule | undefined) {
  const parsed = stored ? rule.params.safeParse(stored.params) : null;
  return {
    id: rule.id,
    type: rule.type,
    explain: rule.explain,
    enabled: stored?.isEnabled ?? true,
    params: (parsed?.success ? parsed.data : rule.defaults) as Record<string, number>,
    defaults: rule.defaults as Record<string, number>,
    version: stored?.version ?? 0,
    updated_at: stored?.updatedAt.toISOString() ?? null,
    updated_by: stored?.updatedBy ?? null,
  };
}

/** What is stored of one place where the detectors were switched. */
interface StoredDetectors {
  readonly id: string;
  readonly isEnabled: boolean;
  readonly updatedAt: Date;
  readonly updatedBy: string;
}

/** A place where the detectors were switched, as the API shows it; `tenant_id` null is everywhere. */
export function detectorsItem({ id, isEnabled, updatedAt, updatedBy }: StoredDetectors) {
  const [, tenantId = null] = id.split(":");
  return { tenant_id: tenantId, on: isEnabled, updated_at: updatedAt.toISOString(), updated_by: updatedBy };
}
