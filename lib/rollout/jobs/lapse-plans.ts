import { sql } from "drizzle-orm";
import { scopeFor, systemActorFor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { Refusal } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { openToChange } from "@/lib/policy/permit/queries-permit";
import { lapsePlan } from "../commands/lapse-plan";

type Waiting = { tenant_id: string; id: string };

/**
 * Plans that wait for people only because of a freeze or closed hours that are over now. Merchants come first, and plans of those that are open
 * after: however many stay closed, nobody waits behind them.
 */
async function readOpened(tx: ReaderTx, now: Date, atOnce: number): Promise<Waiting[]> {
  const isHeld = sql`status = 'awaiting_approval' and permit -> 'gates' @> '[{"gate": "calendar", "passed": false}]'
    and not jsonb_path_exists(permit, '$.gates[*] ? (@.passed == false && @.gate != "calendar")')`;
  const held = await tx.execute<{ id: string }>(sql`select distinct tenant_id as id from plugin_incidents where ${isHeld}`);
  const open = await openToChange(
    tx,
    held.map(({ id }) => id),
    now,
  );
  if (open.length === 0) return [];
  return tx.execute<Waiting>(sql`
    select tenant_id, id from plugin_incidents where ${isHeld} and tenant_id in (${sql.join(
      open.map((id) => sql`${id}::uuid`),
      sql`, `,
    )}) order by id limit ${atOnce}`);
}

/**
 * Gives up plans that nobody can approve any more (expired, made under another policy, or signed by a key that was revoked), and those that nobody
 * has to any more, since the freeze or the hours that held them are over.
 *
 * @param atOnce  how many of either kind at most
 * @returns how many
 */
export async function lapsePlans(now: Date, atOnce: number = LIMITS.sweepRows): Promise<number> {
  const rows = await read(scopeFor("operate"), async (tx) => [
    ...(await tx.execute<Waiting>(sql`
      select i.tenant_id, i.id from plugin_incidents i join plans p on p.tenant_id = i.tenant_id and p.digest = i.plan_digest
      where i.status = 'awaiting_approval' and (p.expires_at <= ${now.toISOString()}::timestamptz
        or (p.document ->> 'policy_version')::int is distinct from (select version from ops_policy where id = 1)
        or exists (select 1 from plan_approvals a join approver_keys k on k.keyid = a.keyid and k.status = 'revoked'
          where a.tenant_id = p.tenant_id and a.plan_digest = p.digest))
      order by p.expires_at limit ${atOnce}`)),
    ...(await readOpened(tx, now, atOnce)),
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
