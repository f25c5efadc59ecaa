import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { isDueAgain, recallItems, releaseRecalls } from "@/db/schema/rollout";
import { opsPolicy } from "@/db/schema/safety";
import type { WriterTx } from "@/db/writer";
import { buildPlan } from "@/lib/delivery/plan";
import { defineCommand } from "@/lib/gateway/define-command";
import type { CommandContext } from "@/lib/gateway/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import type { WakeUp } from "@/lib/platform/background/queue";
import { LIMITS } from "@/lib/platform/limits";
import { newToken } from "@/lib/platform/random";
import { type OnBad, wayBack } from "../../waves/recall/way-back";
import { beginAttempt, writePlan } from "../begin-attempt";
import { handOver } from "./hand-over";

type RecallRow = typeof releaseRecalls.$inferSelect;
interface Place {
  readonly tenantId: string;
  readonly pluginId: string;
}

/** The plugin as it is now, its item locked; null where nothing is left to do or something is under way. */
async function readOnBad(tx: WriterTx, recall: RecallRow, { tenantId, pluginId }: Place): Promise<OnBad | null> {
  const [row] = await tx.execute<{ disk: string; capabilities: string[]; kept: string | null; kept_recalled: boolean }>(sql`
    select s.disk_version as disk, s.capabilities, kept.from_version as kept,
      exists (select 1 from plugin_releases r where r.plugin_key = p.plugin_key and r.version = kept.from_version and r.status = 'recalled') as kept_recalled
    from plugins p join plugin_state s on s.tenant_id = p.tenant_id and s.plugin_id = p.id
    left join lateral (select a.from_version from plugin_autopatch_attempts a where a.tenant_id = p.tenant_id and a.plugin_id = p.id
      and a.to_version = ${recall.version} and a.method = 'update' and a.phase = 'done' and a.status in ('success', 'failed')
      order by a.finished_at desc, a.id desc limit 1) kept on true
    where p.tenant_id = ${tenantId} and p.id = ${pluginId} and p.status = 'active'
      and (s.running_version = ${recall.version} or s.disk_version = ${recall.version})
      and not exists (select 1 from recall_items i where i.tenant_id = p.tenant_id and i.recall_id = ${recall.id} and i.plugin_id = p.id and not ${isDueAgain(recall)})
      and not exists (select 1 from plugin_autopatch_attempts a where a.tenant_id = p.tenant_id and a.plugin_id = p.id
        and (a.phase <> 'done' or (a.status = 'rolled_back' and a.finished_at >= s.last_seen)))`);
  return row ? { diskVersion: row.disk, capabilities: row.capabilities, keptFrom: row.kept, isKeptRecalled: row.kept_recalled } : null;
}

/** Begins the one rollback of a plugin. */
async function begin(tx: WriterTx, recall: RecallRow, place: Place, versions: { from: string; to: string }, context: CommandContext) {
  const [policy] = await tx.select({ version: opsPolicy.version }).from(opsPolicy).where(eq(opsPolicy.id, 1)).for("share");
  const plan = buildPlan({
    type: "rollback",
    plugin_ids: [place.pluginId],
    plugin_key: recall.pluginKey,
    from_version: versions.from,
    to_version: versions.to,
    artifact_sha256: null,
    policy_version: policy?.version ?? 0,
    nonce: newToken(18),
    expires_at: new Date(context.now.getTime() + LIMITS.planLifeSeconds * 1_000).toISOString(),
  });
  const common = { ...place, incidentId: null, decisionId: null, plan, config: null, requiredSignatures: 0 };
  const work = {
    ...common,
    requestedBy: recall.orderedBy,
    isAutomatic: false,
    ...(recall.rolloutId ? { rolloutId: recall.rolloutId } : {}),
  };
  await writePlan(tx, work, "executed", context);
  return beginAttempt(tx, work, context);
}

/** Takes one plugin. @returns its wake-up, or null where a person is needed or nothing was to be done */
async function take(tx: WriterTx, recall: RecallRow, place: Place, context: CommandContext): Promise<WakeUp | null> {
  const plugin = await readOnBad(tx, recall, place);
  if (!plugin) return null;
  const way = wayBack(plugin, recall.version);
  const begun = "to" in way ? await begin(tx, recall, place, { from: plugin.diskVersion, to: way.to }, context) : null;
  if ("needsPerson" in way) await handOver(tx, place, `recall of ${recall.version}: ${way.needsPerson}`, context);
  const set = {
    state: begun ? ("undoing" as const) : ("needs_person" as const),
    toVersion: "to" in way ? way.to : null,
    attemptId: begun?.attemptId ?? null,
    why: "needsPerson" in way ? way.needsPerson : null,
    updatedAt: context.now,
  };
  await tx
    .insert(recallItems)
    .values({ ...place, recallId: recall.id, createdAt: context.now, ...set })
    .onConflictDoUpdate({ target: [recallItems.tenantId, recallItems.recallId, recallItems.pluginId], set });
  return begun?.wake ?? null;
}

/** Some plugins that run a pulled version begin their one way back; a plugin that is taken already is left alone. */
export const undoRecalled = defineCommand({
  name: "recall.undo",
  permission: "system",
  isPolled: true,
  input: z.strictObject({
    recallId: z.uuid(),
    places: z
      .array(z.strictObject({ tenantId: z.uuid(), pluginId: z.uuid() }))
      .min(1)
      .max(LIMITS.recallBatch),
  }),

  async apply(tx, { recallId, places }, context) {
    const key = and(eq(releaseRecalls.tenantId, PLATFORM_TENANT), eq(releaseRecalls.id, recallId));
    const [recall] = await tx.select().from(releaseRecalls).where(key).for("update");
    if (!recall) refuse("not-found", `No recall ${recallId}`);
    const wakes: WakeUp[] = [];
    for (const place of places) {
      const wake = await take(tx, recall, place, context);
      if (wake) wakes.push(wake);
    }
    return {
      subject: `release:${recall.releaseId}`,
      tenantId: null,
      before: null,
      after: { recall_id: recallId, plugins: places.map(({ pluginId }) => pluginId), begun: wakes.length },
      reason: recall.reason,
      events: [
        {
          name: "release.recalled_further",
          payload: { releaseId: recall.releaseId, ...(recall.rolloutId ? { rolloutId: recall.rolloutId } : {}) },
        },
      ],
      wakes,
      result: { begun: wakes.length },
    };
  },
});
