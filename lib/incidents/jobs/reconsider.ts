import { sql } from "drizzle-orm";
import { scopeFor, systemActorFor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { Refusal } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { reconsiderIncident } from "../commands/reconsider-incident";

/** Asks anew about open incidents that were held back under a policy of before. @returns how many */
export async function reconsider(now: Date): Promise<number> {
  const rows = await read(scopeFor("operate"), (tx) =>
    tx.execute<{ tenant_id: string; id: string }>(sql`
      select i.tenant_id, i.id from plugin_incidents i join sira_decisions d on d.tenant_id = i.tenant_id and d.id = i.decision_id
      where i.status = 'open' and i.fleet_kind is distinct from 'shared' and (i.decide_at is null or i.decide_at > ${now.toISOString()}::timestamptz)
        and i.permit ->> 'kind' in ('suggest', 'deny') and d.at < (select updated_at from ops_policy where id = 1)
      limit ${LIMITS.sweepRows}`),
  );
  for (const { tenant_id: tenantId, id: incidentId } of rows) {
    try {
      await runCommand(reconsiderIncident, { input: { tenantId, incidentId }, actor: systemActorFor("rollout", tenantId), now });
    } catch (error) {
      // Decided, resolved or taken up by somebody in this very moment.
      if (!(error instanceof Refusal)) throw error;
    }
  }
  return rows.length;
}
