import { sql } from "drizzle-orm";
import { scopeFor, systemActorFor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { Refusal } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { lapsePlan } from "../commands/lapse-plan";

/** Gives up plans that nobody can approve any more: expired, made under another policy, or signed by a key that was revoked. @returns how many */
export async function lapsePlans(now: Date): Promise<number> {
  const rows = await read(scopeFor("operate"), (tx) =>
    tx.execute<{ tenant_id: string; id: string }>(sql`
      select i.tenant_id, i.id from plugin_incidents i join plans p on p.tenant_id = i.tenant_id and p.digest = i.plan_digest
      where i.status = 'awaiting_approval' and (p.expires_at <= ${now.toISOString()}::timestamptz
        or (p.document ->> 'policy_version')::int is distinct from (select version from ops_policy where id = 1)
        or exists (select 1 from plan_approvals a join approver_keys k on k.keyid = a.keyid and k.status = 'revoked'
          where a.tenant_id = p.tenant_id and a.plan_digest = p.digest))
      limit ${LIMITS.sweepRows}`),
  );
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
