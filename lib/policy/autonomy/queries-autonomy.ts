import { and, asc, eq, sql } from "drizzle-orm";
import { earnedAutonomy } from "@/db/schema/autonomy";
import { tenants } from "@/db/schema/tenants";
import type { TenantScope } from "@/lib/access/types";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { promoteAutonomyDigest } from "./autonomy-digest";
import { AUTONOMY_ACTIONS, type AutonomyLevel, decideAutonomy } from "./decide-autonomy";

/** What an action needs at a merchant; null where policy alone decides. */
export async function readAutonomy(tx: ReaderTx, tenantId: string, action: string): Promise<AutonomyLevel | null> {
  const known = AUTONOMY_ACTIONS.find((name) => name === action);
  if (!known) return null;
  const [row] = await tx
    .select({ level: earnedAutonomy.level })
    .from(earnedAutonomy)
    .where(and(eq(earnedAutonomy.tenantId, tenantId), eq(earnedAutonomy.action, known)));
  return row?.level ?? null;
}

/** A wish for promotion counts for a few hours; then somebody has to ask anew. */
function isAsked({ askedAt }: typeof earnedAutonomy.$inferSelect, now: Date): boolean {
  return askedAt !== null && now.getTime() - askedAt.getTime() <= LIMITS.looseningLifeSeconds * 1_000;
}

/** What has to be earned within a scope, how far it is, and who waits for a second pair of eyes. */
export async function listAutonomy(scope: TenantScope, now: Date) {
  const items = await read(scope, async (tx) => {
    const rows = await tx
      .select({ row: earnedAutonomy, name: tenants.name })
      .from(earnedAutonomy)
      .innerJoin(tenants, eq(tenants.id, earnedAutonomy.tenantId))
      .orderBy(asc(tenants.name), asc(earnedAutonomy.action))
      .limit(LIMITS.pageSize);
    const records = await tx.execute<{ tenant_id: string; action: string; kept: number; failed: number }>(sql`
      select e.tenant_id, e.action, count(*) filter (where a.status = 'success')::int as kept,
        count(*) filter (where a.status = 'rolled_back' or a.needs_person)::int as failed
      from earned_autonomy e join plugin_autopatch_attempts a on a.tenant_id = e.tenant_id and a.rollout_id is null and a.phase = 'done'
        and a.finished_at > e.since and a.method = case e.action when 'patch' then 'update' else e.action end group by 1, 2`);
    return rows.map(({ row, name }) => {
      const found = records.find((each) => each.tenant_id === row.tenantId && each.action === row.action);
      const record = { kept: found?.kept ?? 0, failed: found?.failed ?? 0 };
      const { mayPromote, missing } = decideAutonomy(record);
      return {
        tenant_id: row.tenantId,
        tenant_name: name,
        action: row.action,
        level: row.level,
        since: row.since.toISOString(),
        asked_by: isAsked(row, now) ? row.askedBy : null,
        asked_reason: isAsked(row, now) ? row.askedReason : null,
        promoted_by: row.promotedBy,
        promoted_at: row.promotedAt?.toISOString() ?? null,
        demoted_by: row.demotedBy,
        demoted_at: row.demotedAt?.toISOString() ?? null,
        demoted_reason: row.demotedReason,
        reason: row.reason,
        updated_by: row.updatedBy,
        ...record,
        may_promote: row.level === "approval" && mayPromote,
        missing,
        digest: promoteAutonomyDigest(row),
      };
    });
  });
  return { items, needed: LIMITS.autonomyKept, next_cursor: null };
}
