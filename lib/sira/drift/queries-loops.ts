import { sql } from "drizzle-orm";
import type { IncidentType } from "@/lib/detection/types";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";
import { MODEL_V0 } from "@/lib/sira/model-v0";
import type { SiraAction } from "@/lib/sira/types";

const DAY_MS = 86_400_000;
const LOOPS_SHOWN = 20;

/** One action that has been carried out on a plugin for the same cause and did not last. */
type LoopRow = {
  readonly plugin_id: string;
  readonly plugin_key: string;
  readonly tenant_name: string;
  readonly cause: string;
  readonly action: SiraAction;
  readonly times: number;
  readonly incident_id: string;
  readonly incident_type: IncidentType;
  readonly is_over: boolean;
};

/**
 * Healing that goes round in circles within the tenants of the transaction: per plugin, cause and action, how often it was carried
 * out of late without lasting success, worst first. From `barred_from` on, the action is no longer proposed there.
 */
export async function readLoops(tx: ReaderTx, now: Date) {
  const since = new Date(now.getTime() - LIMITS.siraFailedHereDays * DAY_MS).toISOString();
  const rows = await tx.execute<LoopRow>(sql`
    select i.plugin_id, i.plugin_key, t.name as tenant_name, i.cause, f.output ->> 'action' as action,
      count(distinct f.attempt_id)::int as times,
      (array_agg(i.id order by i.opened_at desc))[1] as incident_id,
      (array_agg(i.type order by i.opened_at desc))[1] as incident_type,
      bool_and(i.status in ('resolved', 'closed')) as is_over
    from sira_learning_feedback f
    join plugin_incidents i on i.tenant_id = f.tenant_id and i.id = f.incident_id
    join tenants t on t.id = i.tenant_id
    where f.at > ${since}::timestamptz and f.attempt_id is not null and f.output is not null
      and f.outcome in ('not_fixed', 'recurred', 'made_worse')
    group by 1, 2, 3, 4, 5 having count(distinct f.attempt_id) >= 2
    order by times desc, tenant_name, action limit ${LOOPS_SHOWN}`);
  return { days: LIMITS.siraFailedHereDays, barred_from: MODEL_V0.failuresHere, items: [...rows] };
}
