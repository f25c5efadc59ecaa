import { sql } from "drizzle-orm";
import { z } from "zod";
import { systemActor } from "@/lib/access/system-actor";
import { LIMITS } from "@/lib/platform/limits";
import { defineCommand } from "./define-command";
import { runCommand } from "./run-command";

/**
 * Forgets answers that nobody will ask for again, and leases on work that is over. A lease on work that could still go on stays for good: its
 * fence must never begin anew while a worker may sleep on an old one.
 */
const forgetSpentRows = defineCommand({
  name: "gateway.forget-spent",
  permission: "system",
  input: z.strictObject({}),

  async apply(tx, _input, { now }) {
    const before = (days: number) => sql`${new Date(now.getTime() - days * 86_400_000).toISOString()}::timestamptz`;
    const keys = await tx.execute(sql`
      delete from idempotency_keys where (actor, key) in (select actor, key from idempotency_keys
        where created_at < ${before(LIMITS.idempotencyMemoryDays)} limit ${LIMITS.spentRowsAtOnce}) returning 1`);
    const leases = await tx.execute(sql`
      delete from work_leases where (tenant_id, kind, subject_id) in (select l.tenant_id, l.kind, l.subject_id from work_leases l
        where l.kind in ('attempt', 'incident', 'delivery') and l.lease_until < now() - ${LIMITS.leaseMemoryDays} * interval '1 day'
          and not exists (select 1 from plugin_autopatch_attempts a where a.tenant_id = l.tenant_id and a.id = l.subject_id and a.phase <> 'done')
          and not exists (select 1 from webhook_deliveries d where d.tenant_id = l.tenant_id and d.id = l.subject_id and d.status = 'waiting')
          and not exists (select 1 from plugin_incidents i where i.tenant_id = l.tenant_id and i.id = l.subject_id and i.status <> 'closed')
        limit ${LIMITS.spentRowsAtOnce}) returning 1`);
    const after = { idempotency_keys: keys.length, work_leases: leases.length };
    return { subject: "retention", tenantId: null, before: null, after, result: after };
  },
});

/** Forgets what is spent, a bounded number of rows at a time. @returns how many rows of each table */
export function forgetSpent(now: Date): Promise<{ idempotency_keys: number; work_leases: number }> {
  return runCommand(forgetSpentRows, { input: {}, actor: systemActor("retention", "operate"), now });
}
