import { and, asc, desc, eq, type SQL } from "drizzle-orm";
import { z } from "zod";
import { healActionEvents, healActions, patchPlans } from "@/db/schema/modules/healing";
import type { TenantScope } from "@/lib/access/types";
import { moduleKey } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { type HealActionItem, healActionItem } from "./heal-action-item";
import { HEAL_STATES } from "./types";

/** What a list of actions is asked for; every filter may be left out. */
export const actionQuery = z.strictObject({
  incident_id: z.uuid().optional(),
  module_key: moduleKey.optional(),
  state: z.enum(HEAL_STATES).optional(),
});

/** The newest heal actions within a scope. */
export async function listActions(scope: TenantScope, asked: z.output<typeof actionQuery>): Promise<{ items: HealActionItem[] }> {
  const filters: (SQL | undefined)[] = [
    asked.incident_id ? eq(healActions.incidentId, asked.incident_id) : undefined,
    asked.module_key ? eq(healActions.moduleKey, asked.module_key) : undefined,
    asked.state ? eq(healActions.state, asked.state) : undefined,
  ];
  const rows = await read(scope, (tx) =>
    tx
      .select()
      .from(healActions)
      .where(and(...filters))
      .orderBy(desc(healActions.proposedAt), desc(healActions.id))
      .limit(LIMITS.healsShown),
  );
  return { items: rows.map(healActionItem) };
}

/** One action with its history, its orders' answers and its plan, where there is one. Null outside the scope. */
export async function showAction(scope: TenantScope, id: string) {
  return read(scope, async (tx) => {
    const [row] = await tx.select().from(healActions).where(eq(healActions.id, id));
    if (!row) return null;
    const events = await tx.select().from(healActionEvents).where(eq(healActionEvents.actionId, id)).orderBy(asc(healActionEvents.id));
    return {
      ...healActionItem(row),
      ...{
        params: row.params,
        baseline: row.baseline,
        verification: row.verification,
        evidence: row.evidence,
        decision_id: row.decisionId,
      },
      events: events.map(({ at, fromState, toState, event, actor, summary, data }) => {
        return { at: at.toISOString(), from_state: fromState, to_state: toState, event, actor, summary, data };
      }),
    };
  });
}

/** Plans that Center wrote and leaves to people, the newest first. */
export async function listPlans(scope: TenantScope) {
  const rows = await read(scope, (tx) =>
    tx.select().from(patchPlans).orderBy(desc(patchPlans.createdAt), desc(patchPlans.id)).limit(LIMITS.healsShown),
  );
  const items = rows.map(({ id, tenantId, incidentId, actionId, moduleKey: key, createdAt, ...plan }) => {
    const { title, why, diff, tests, risk, undo, digest } = plan;
    const about = { id, tenant_id: tenantId, incident_id: incidentId, action_id: actionId, module_key: key };
    return { ...about, title, why, diff, tests, risk, undo, digest, created_at: createdAt.toISOString() };
  });
  return { items };
}
