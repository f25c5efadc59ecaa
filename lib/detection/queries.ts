import { like } from "drizzle-orm";
import { detectionRules } from "@/db/schema/safety";
import type { TenantScope } from "@/lib/access/types";
import { read } from "@/lib/platform/scope";
import { RULES } from "./registry";
import { detectorsItem, ruleItem } from "./rule-item";

/** Every static rule as it runs now, in the registry's order. Rules are the platform's: the same for every tenant. */
export async function listRules(scope: TenantScope) {
  const rows = await read(scope, (tx) => tx.select().from(detectionRules));
  return {
    items: RULES.map((rule) =>
      ruleItem(
        rule,
        rows.find(({ id }) => id === rule.id),
      ),
    ),
    next_cursor: null,
  };
}

/** Where the detectors over metrics were switched: everywhere, and the tenants within a scope. */
export async function listDetectors(scope: TenantScope) {
  const rows = await read(scope, (tx) => tx.select().from(detectionRules).where(like(detectionRules.id, "detectors%")));
  const isSeen = (tenantId: string | null) => scope.kind === "all" || tenantId === null || scope.ids.includes(tenantId);
  return { items: rows.map(detectorsItem).filter((item) => isSeen(item.tenant_id)), next_cursor: null };
}
