import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { detectionRules } from "@/db/schema/safety";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { RULES } from "../registry";
import { ruleItem } from "../rule-item";
import type { Rule } from "../types";

const input = z
  .strictObject({
    id: z.string().min(1).max(64),
    enabled: z.boolean().optional(),
    /** Thresholds to change; those that are not named stay as they are. */
    params: z.record(z.string().max(64), z.unknown()).optional(),
    /** The version that the change was made from (0: the defaults): another one in force is a conflict. */
    version: z.number().int().min(0).optional(),
    reason: z.string().trim().max(LIMITS.reasonCharacters).optional(),
  })
  .refine(({ enabled, params }) => enabled !== undefined || params !== undefined, "nothing to change");

/** Params by the rule's own schema. @throws Refusal invalid, with the paths of what does not fit */
function parseParams(rule: Rule, params: Record<string, unknown>): Record<string, unknown> {
  const parsed = rule.params.safeParse(params);
  if (parsed.success) return parsed.data as Record<string, unknown>;
  const errors = parsed.error.issues.map(({ path, message }) => ({ path: ["params", ...path].join("."), message }));
  return refuse("invalid", `The params do not fit rule ${rule.id}`, { errors });
}

/** A static rule gets other thresholds, or is switched on or off: from the next beat on, everywhere within seconds. */
export const changeRule = defineCommand({
  name: "rule.change",
  permission: "rule:write",
  input,

  async apply(tx, { id, enabled, params, version, reason }, { actor, now }) {
    requireAllTenants(actor, "Rules");
    const rule = RULES.find((known) => known.id === id) ?? refuse("not-found", `No rule ${id}`);
    // A rule that runs with its defaults has no row to lock.
    await tx.execute(sql`select pg_advisory_xact_lock(7105663, hashtext(${id}))`);
    const [stored] = await tx.select().from(detectionRules).where(eq(detectionRules.id, id));
    const before = ruleItem(rule, stored);
    if (version !== undefined && version !== before.version) refuse("conflict", `Rule ${id} is at version ${before.version} by now`);

    const next = {
      version: before.version + 1,
      isEnabled: enabled ?? before.enabled,
      params: parseParams(rule, { ...before.params, ...params }),
      updatedAt: now,
      updatedBy: actor.id,
    };
    const [row] = await tx
      .insert(detectionRules)
      .values({ id, ...next })
      .onConflictDoUpdate({ target: detectionRules.id, set: next })
      .returning();
    const result = ruleItem(rule, row);
    return {
      subject: `rule:${id}`,
      tenantId: null,
      before,
      after: result,
      reason,
      events: [{ name: "rule.changed", payload: { ruleId: id } }],
      result,
    };
  },
});
