import { sql } from "drizzle-orm";
import { writer } from "@/db/writer";
import { scopeFor } from "@/lib/access/system-actor";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { roundEnds } from "@/lib/platform/observed/metrics/loop-ends";
import { bindScope } from "@/lib/platform/scope";

/** The one subject of a loop's row: it is about no thing. */
const NO_SUBJECT = "00000000-0000-4000-8000-00000000100b";

/**
 * Tells how far this worker's loops have come, so that any process can say it: a row of the leases, which carry no decision, each holding
 * when a round of that loop last ended well at whichever worker.
 */
export async function tellLoops(owner: string): Promise<void> {
  const rounds = [...roundEnds()].sort(([one], [other]) => (one < other ? -1 : 1));
  if (rounds.length === 0) return;
  await writer().transaction(async (tx) => {
    await bindScope(tx, scopeFor("operate"));
    await tx.execute(sql`
      insert into work_leases (tenant_id, kind, subject_id, owner, lease_until, fence)
      select ${PLATFORM_TENANT}::uuid, 'loop:' || name, ${NO_SUBJECT}::uuid, ${owner}, ended_at, 0
      from json_to_recordset(${JSON.stringify(rounds.map(([name, at]) => ({ name, ended_at: at })))}::json) as r (name text, ended_at timestamptz)
      on conflict (tenant_id, kind, subject_id) do update set owner = excluded.owner, lease_until = greatest(work_leases.lease_until, excluded.lease_until)`);
  });
}
