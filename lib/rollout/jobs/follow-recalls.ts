import { sql } from "drizzle-orm";
import { isDueAgain, isMeant } from "@/db/schema/rollout";
import { scopeFor, systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { Refusal } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { settleRecall } from "../commands/recall/settle-recall";
import { undoRecalled } from "../commands/recall/undo-recalled";

type Recall = {
  id: string;
  version: string;
  plugin_key: string;
  kind: "recall" | "abort";
  rollout_id: string | null;
  cleared_at: string | null;
};

/** Recalls hold for ever: a shop that comes back after a month with the version is taken back then. */
function readRecalls(tx: ReaderTx): Promise<Recall[]> {
  return tx
    .execute<Recall>(sql`
      select r.id, r.version, r.plugin_key, r.kind, r.rollout_id, r.cleared_at from release_recalls r where r.tenant_id = ${PLATFORM_TENANT}
        and (r.cleared_at is null or exists (select 1 from recall_items i where i.recall_id = r.id and i.state in ('waiting', 'undoing'))
          or exists (select 1 from plugins p join plugin_state s on s.tenant_id = p.tenant_id and s.plugin_id = p.id
            where p.plugin_key = r.plugin_key and p.status = 'active' and s.running_version = r.version
              and ${isMeant({ kind: sql`r.kind`, rolloutId: sql`r.rollout_id`, version: sql`r.version` })}
              and not exists (select 1 from recall_items i where i.tenant_id = p.tenant_id and i.recall_id = r.id and i.plugin_id = p.id
                and not ${isDueAgain({ kind: sql`r.kind`, version: sql`r.version` })})))
      order by r.at limit ${LIMITS.sweepRows}`)
    .then((rows) => [...rows]);
}

type Standing = { places: { tenantId: string; pluginId: string }[]; undoing: number; ended: number; left: number };

/** Whoever runs it by its newest beat; one that has gone back since has not said so yet, and is left alone until it has. */
async function readStanding(tx: ReaderTx, recall: Recall): Promise<Standing> {
  const rows = await tx.execute<{ tenant_id: string; plugin_id: string; is_free: boolean; is_taken: boolean }>(sql`
    select p.tenant_id, p.id as plugin_id, i.plugin_id is not null and not ${isDueAgain(recall)} as is_taken,
      not exists (select 1 from plugin_autopatch_attempts a where a.tenant_id = p.tenant_id and a.plugin_id = p.id
        and (a.phase <> 'done' or (a.status = 'rolled_back' and a.finished_at >= s.last_seen))) as is_free
    from plugins p join plugin_state s on s.tenant_id = p.tenant_id and s.plugin_id = p.id
    left join recall_items i on i.tenant_id = p.tenant_id and i.recall_id = ${recall.id} and i.plugin_id = p.id
    where p.plugin_key = ${recall.plugin_key} and p.status = 'active' and (s.running_version = ${recall.version} or s.disk_version = ${recall.version})
      and ${isMeant({ kind: recall.kind, rolloutId: recall.rollout_id, version: recall.version })} order by p.tenant_id, p.id`);
  const [items] = await tx.execute<{ undoing: number; ended: number }>(sql`
    select count(*)::int as undoing, count(*) filter (where a.phase = 'done')::int as ended from recall_items i
    left join plugin_autopatch_attempts a on a.tenant_id = i.tenant_id and a.id = i.attempt_id
    where i.recall_id = ${recall.id} and i.state = 'undoing'`);
  const free = rows.filter(({ is_free, is_taken }) => is_free && !is_taken);
  return {
    places: free.map((row) => ({ tenantId: row.tenant_id, pluginId: row.plugin_id })),
    undoing: items?.undoing ?? 0,
    ended: items?.ended ?? 0,
    left: rows.length,
  };
}

async function follow(recall: Recall, now: Date): Promise<void> {
  const actor = systemActor("rollout", "operate");
  const standing = await read(scopeFor("operate"), (tx) => readStanding(tx, recall));
  const isClear = standing.left === 0 && standing.undoing === standing.ended;
  if (standing.ended > 0 || (isClear && recall.cleared_at === null)) {
    await runCommand(settleRecall, { input: { recallId: recall.id, isClear }, actor, now });
  }
  const room = Math.max(0, LIMITS.recallAtOnce - (standing.undoing - standing.ended));
  for (let from = 0; from < Math.min(room, standing.places.length); from += LIMITS.recallBatch) {
    const places = standing.places.slice(from, Math.min(from + LIMITS.recallBatch, room));
    await runCommand(undoRecalled, { input: { recallId: recall.id, places }, actor, now });
  }
}

/**
 * Carries recalls and aborts on: settles the ways back that ended, and begins as many more as there is room for.
 *
 * @returns how many recalls there were to look at
 */
export async function followRecalls(now: Date): Promise<number> {
  const recalls = await read(scopeFor("operate"), readRecalls);
  for (const recall of recalls) {
    try {
      await follow(recall, now);
    } catch (error) {
      if (!(error instanceof Refusal)) log.error("ERR_JOB_FAILED", "A recall waits for its next round", { error, recall_id: recall.id });
    }
  }
  return recalls.length;
}
