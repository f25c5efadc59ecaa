import { sql } from "drizzle-orm";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";
import type { Watch } from "@/lib/sira/learning/watch";

/** A decision to tell people, whose watch has passed, and whether the trouble was over by then. */
export type Told = { tenant_id: string; decision_id: string; is_over: boolean };

/**
 * First decisions of an incident that only told people (or did nothing), that nobody labelled, and whose watch has passed.
 * Where an attempt was made meanwhile, the attempt's own label speaks.
 */
export async function readTold(tx: ReaderTx, now: Date): Promise<Told[]> {
  const watch = sql`${LIMITS.siraWatchSeconds} * interval '1 second'`;
  const at = sql`${now.toISOString()}::timestamptz`;
  const rows = await tx.execute<Told>(sql`
    select d.tenant_id, d.id as decision_id, coalesce(i.resolved_at <= d.at + ${watch}, false) as is_over
    from sira_decisions d join plugin_incidents i on i.tenant_id = d.tenant_id and i.id = d.incident_id
    where d.at <= ${at} - ${watch} and d.at > ${at} - ${LIMITS.siraLearnDays} * interval '1 day' and d.source <> 'fallback'
      and d.decision ->> 'action' in ('notify', 'none')
      and not exists (select from sira_learning_feedback f where f.tenant_id = d.tenant_id and f.incident_id = d.incident_id and f.decision_id = d.id)
      and not exists (select from sira_decisions e where e.tenant_id = d.tenant_id and e.incident_id = d.incident_id and e.at < d.at and e.at > d.at - ${watch})
      and not exists (select from plugin_autopatch_attempts a where a.tenant_id = d.tenant_id and a.incident_id = d.incident_id
        and a.created_at between d.at and d.at + ${watch})
    order by d.at limit ${LIMITS.siraLabelRows}`);
  return [...rows];
}

/** A success that is being watched, and what its plugin is like now. */
export type Watched = {
  tenant_id: string;
  decision_id: string;
  attempt_id: string | null;
  watch: Watch;
  disk_version: string;
  running_version: string;
};

/** Successes whose watch has not passed. */
export async function readWatched(tx: ReaderTx, now: Date): Promise<Watched[]> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const rows = await tx.execute<Watched>(sql`
    select f.tenant_id, f.decision_id, f.attempt_id, f.watch, s.disk_version, s.running_version
    from sira_learning_feedback f join plugin_incidents i on i.tenant_id = f.tenant_id and i.id = f.incident_id
    join plugin_state s on s.tenant_id = f.tenant_id and s.plugin_id = i.plugin_id
    where f.at > ${at} - interval '1 day' and f.outcome = 'fixed' and f.decision_id is not null and f.watch is not null
      and f.at + (f.watch ->> 'seconds')::int * interval '1 second' > ${at}
      and not exists (select from sira_learning_feedback g where g.tenant_id = f.tenant_id and g.incident_id = f.incident_id
        and g.decision_id = f.decision_id and g.outcome = 'inconclusive')
    order by f.at limit ${LIMITS.siraLabelRows}`);
  return [...rows];
}

/** An open incident on whose plugin the same trouble was worked on again and again without lasting success. */
export type Loop = { tenant_id: string; incident_id: string; times: number };

/** Open incidents whose plugin and cause have seen at least so many attempts of late that did not mend for good. */
export async function readIneffective(tx: ReaderTx, now: Date, fewest: number): Promise<Loop[]> {
  const since = new Date(now.getTime() - LIMITS.siraFailedHereDays * 24 * 60 * 60 * 1_000).toISOString();
  const rows = await tx.execute<Loop>(sql`
    select i.tenant_id, i.id as incident_id, count(distinct f.attempt_id)::int as times
    from plugin_incidents i
    join plugin_incidents p on p.tenant_id = i.tenant_id and p.plugin_id = i.plugin_id and p.cause = i.cause
    join sira_learning_feedback f on f.tenant_id = p.tenant_id and f.incident_id = p.id
    where i.status = 'open' and f.at > ${since}::timestamptz and f.attempt_id is not null and f.outcome in ('not_fixed', 'recurred', 'made_worse')
    group by i.tenant_id, i.id having count(distinct f.attempt_id) >= ${fewest}
    limit ${LIMITS.siraLabelRows}`);
  return [...rows];
}
