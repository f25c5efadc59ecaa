import { sql } from "drizzle-orm";
import { scopeFor } from "@/lib/access/system-actor";
import { reconsider } from "@/lib/incidents/jobs/reconsider";
import type { Clock } from "@/lib/platform/clock";
import { reportFault } from "@/lib/platform/faults/report-fault";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { advance } from "./advance";
import { decide } from "./decide";
import { lapsePlans } from "./lapse-plans";

type Due = { kind: "attempt" | "incident"; tenant_id: string; id: string };

/** Attempts and incidents that are due and that nobody holds: the queue only wakes, this finds what it forgot. */
async function readDue(now: Date): Promise<Due[]> {
  const at = now.toISOString();
  const rows = await read(scopeFor("operate"), (tx) =>
    tx.execute<Due>(sql`
      select 'attempt' as kind, a.tenant_id, a.id from plugin_autopatch_attempts a
      left join work_leases l on l.tenant_id = a.tenant_id and l.kind = 'attempt' and l.subject_id = a.id
      where a.due_at is not null and a.due_at <= ${at}::timestamptz and coalesce(l.lease_until, 'epoch') < now()
      union all
      select 'incident', i.tenant_id, i.id from plugin_incidents i
      left join work_leases l on l.tenant_id = i.tenant_id and l.kind = 'incident' and l.subject_id = i.id
      join plugins p on p.tenant_id = i.tenant_id and p.id = i.plugin_id and p.status = 'active'
      join tenants t on t.id = i.tenant_id and not t.is_disabled
      where i.decide_at is not null and i.decide_at <= ${at}::timestamptz and i.status in ('open', 'escalated')
        and i.fleet_kind is distinct from 'shared' and coalesce(l.lease_until, 'epoch') < now()
      limit ${LIMITS.sweepRows}`),
  );
  return [...rows];
}

/** Does what one due row asks for; a fault is logged and left to the next sweep. */
export async function work(due: Due, owner: string, clock: Clock, isWoken: boolean): Promise<void> {
  try {
    await (due.kind === "attempt" ? advance : decide)(due.tenant_id, due.id, owner, clock, isWoken);
  } catch (error) {
    reportFault(`A step of ${due.kind} ${due.id} failed and will be taken up again`, error, { tenant_id: due.tenant_id });
  }
}

/** Works through everything that is due, a few at a time. @returns how much there was */
export async function sweep(owner: string, clock: Clock): Promise<number> {
  await lapsePlans(clock.now());
  await reconsider(clock.now());
  const due = await readDue(clock.now());
  const queue = [...due];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await work(next, owner, clock, false);
  };
  await Promise.all(Array.from({ length: LIMITS.workAtOnce }, worker));
  return due.length;
}
