import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { releaseRecalls } from "@/db/schema/rollout";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { handOver } from "./hand-over";

/**
 * What became of the ways back that have ended: undone where the rollback was confirmed or beats say that another version runs;
 * waiting where nobody ever fetched the order, so that it is given anew when the shop is back; anything else needs a person,
 * and is never tried again.
 */
export const settleRecall = defineCommand({
  name: "recall.settle",
  permission: "system",
  isPolled: true,
  input: z.strictObject({ recallId: z.uuid(), isClear: z.boolean() }),

  async apply(tx, { recallId, isClear }, context) {
    const { now } = context;
    const key = and(eq(releaseRecalls.tenantId, PLATFORM_TENANT), eq(releaseRecalls.id, recallId));
    const [recall] = await tx.select().from(releaseRecalls).where(key).for("update");
    if (!recall) refuse("not-found", `No recall ${recallId}`);
    const at = now.toISOString();
    const settled = await tx.execute<{ tenant_id: string; plugin_id: string; state: string; why: string | null }>(sql`
      update recall_items i set updated_at = ${at}::timestamptz, why = case when ended.is_off then null else ended.why end,
        state = case when ended.is_off then 'undone' when ended.is_unheard then 'waiting' else 'needs_person' end
      from (select a.tenant_id, a.id, coalesce(a.end_reason, a.status) as why,
          a.status = 'success' or (s.running_version <> ${recall.version} and s.disk_version <> ${recall.version}) as is_off,
          a.status = 'failed' and not a.needs_person and (select bool_and(c.offered_at is null) from plugin_agent_commands c
            where c.tenant_id = a.tenant_id and c.attempt_id = a.id) is true as is_unheard
        from plugin_autopatch_attempts a join plugin_state s on s.tenant_id = a.tenant_id and s.plugin_id = a.plugin_id
        where a.phase = 'done') ended
      where i.recall_id = ${recallId} and i.state = 'undoing' and ended.tenant_id = i.tenant_id and ended.id = i.attempt_id
      returning i.tenant_id, i.plugin_id, i.state, i.why`);
    const isNewlyClear = isClear && recall.clearedAt === null;
    if (settled.length === 0 && !isNewlyClear) refuse("conflict", "Nothing has ended since");
    if (isNewlyClear) await tx.update(releaseRecalls).set({ clearedAt: now }).where(key);
    const { releaseId, rolloutId } = recall;
    const stuck = settled.filter(({ state }) => state === "needs_person");
    for (const { tenant_id: tenantId, plugin_id: pluginId, why } of stuck)
      await handOver(tx, { tenantId, pluginId }, `recall of ${recall.version}: ${why ?? "the way back failed"}`, context);
    const needsPerson = stuck.map(({ plugin_id }) => plugin_id);
    const undone = settled.filter(({ state }) => state === "undone").length;
    return {
      subject: `release:${releaseId}`,
      tenantId: null,
      before: null,
      after: { recall_id: recallId, undone, needs_person: needsPerson, cleared: isNewlyClear },
      reason: recall.reason,
      events: [{ name: "release.recalled_further", payload: { releaseId, ...(rolloutId ? { rolloutId } : {}) } }],
      result: { settled: settled.length },
    };
  },
});
