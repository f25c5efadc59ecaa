import { and, eq, sql } from "drizzle-orm";
import { earnedAutonomy } from "@/db/schema/autonomy";
import { tenants } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { refuse } from "@/lib/kernel/refusal";
import type { AutonomyAction, AutonomyRecord } from "../decide-autonomy";

export type AutonomyRow = typeof earnedAutonomy.$inferSelect;

const METHOD: Readonly<Record<AutonomyAction, string>> = { patch: "update", rollback: "rollback", restart: "restart", isolate: "isolate" };

export function keyOf(tenantId: string, action: AutonomyAction) {
  return and(eq(earnedAutonomy.tenantId, tenantId), eq(earnedAutonomy.action, action));
}

/** The row, alone until the commit; null where nobody asked for one. @throws Refusal not-found for a tenant beyond the scope */
export async function lockAutonomy(tx: WriterTx, tenantId: string, action: AutonomyAction): Promise<AutonomyRow | null> {
  const [tenant] = await tx.select({ id: tenants.id }).from(tenants).where(eq(tenants.id, tenantId));
  if (!tenant) refuse("not-found", `No tenant ${tenantId}`);
  const [row] = await tx.select().from(earnedAutonomy).where(keyOf(tenantId, action)).for("update");
  return row ?? null;
}

/** How attempts ended since it counts, read in the transaction that relies on it. */
export async function readRecord(
  tx: Pick<WriterTx, "execute">,
  tenantId: string,
  action: AutonomyAction,
  since: Date,
): Promise<AutonomyRecord> {
  const [row] = await tx.execute<{ kept: number; failed: number }>(sql`
    select count(*) filter (where status = 'success')::int as kept,
      count(*) filter (where status = 'rolled_back' or needs_person)::int as failed
    from plugin_autopatch_attempts where tenant_id = ${tenantId} and method = ${METHOD[action]} and rollout_id is null
      and phase = 'done' and finished_at > ${since.toISOString()}::timestamptz`);
  return row ?? { kept: 0, failed: 0 };
}
