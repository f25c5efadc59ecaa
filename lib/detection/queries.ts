import { detectionRules } from "@/db/schema/safety";
import type { TenantScope } from "@/lib/access/types";
import { read } from "@/lib/platform/scope";
import { RULES } from "./registry";
import { ruleItem } from "./rule-item";

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
