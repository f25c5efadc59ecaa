import { sql } from "drizzle-orm";
import { scopeFor, systemActorFor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { Refusal } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { isHeldByCalendarAlone } from "@/lib/policy/permit/is-held-by-calendar-alone";
import { readOpenToChange } from "@/lib/policy/permit/queries-permit";
import type { Permit } from "@/lib/policy/types";
import { lapsePlan } from "../commands/lapse-plan";

type Waiting = { tenant_id: string; id: string };

/** Plans that wait for people only because of a freeze or closed hours that are over now: whole merchants, so that each is asked about once. */
async function readOpened(tx: ReaderTx, now: Date): Promise<Waiting[]> {
  const rows = await tx.execute<Waiting & { permit: Permit }>(sql`
    select tenant_id, id, permit from plugin_incidents
    where status = 'awaiting_approval' and permit -> 'gates' @> '[{"gate": "calendar", "passed": false}]' limit ${LIMITS.sweepRows}`);
  const held = rows.filter(({ permit }) => isHeldByCalendarAlone(permit));
  const open = new Map<string, boolean>();
  for (const tenantId of new Set(held.map((row) => row.tenant_id)))
    open.set(tenantId, (await readOpenToChange(tx, tenantId, now)).openToChange);
  return held.filter((row) => open.get(row.tenant_id));
}

/**
 * Gives up plans that nobody can approve any more (expired, made under another policy, or signed by a key that was revoked), and those that nobody
 * has to any more, since the freeze or the hours that held them are over. @returns how many
 */
export async function lapsePlans(now: Date): Promise<number> {
  const rows = await read(scopeFor("operate"), async (tx) => [
    ...(await tx.execute<Waiting>(sql`
      select i.tenant_id, i.id from plugin_incidents i join plans p on p.tenant_id = i.tenant_id and p.digest = i.plan_digest
      where i.status = 'awaiting_approval' and (p.expires_at <= ${now.toISOString()}::timestamptz
        or (p.document ->> 'policy_version')::int is distinct from (select version from ops_policy where id = 1)
        or exists (select 1 from plan_approvals a join approver_keys k on k.keyid = a.keyid and k.status = 'revoked'
          where a.tenant_id = p.tenant_id and a.plan_digest = p.digest))
      limit ${LIMITS.sweepRows}`)),
    ...(await readOpened(tx, now)),
  ]);
  for (const { tenant_id: tenantId, id: incidentId } of rows) {
    try {
      await runCommand(lapsePlan, { input: { tenantId, incidentId }, actor: systemActorFor("rollout", tenantId), now });
    } catch (error) {
      // Approved, resolved or lapsed by another worker in this very moment.
      if (!(error instanceof Refusal)) throw error;
    }
  }
  return rows.length;
}
