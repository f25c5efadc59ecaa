import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { moduleCommands } from "@/db/schema/modules/modules";
import { modules } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { defineCommand } from "@/lib/gateway/define-command";
import { digestOf } from "@/lib/kernel/canonical-json";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { orderResultSchema } from "../types";

type OrderRow = typeof moduleCommands.$inferSelect;

/** A mode that a module took on is what its tenants see from now on. */
async function followMode(tx: WriterTx, row: OrderRow, now: Date): Promise<void> {
  if (row.type !== "degrade" && row.type !== "undegrade") return;
  const params = (row.payload.params ?? {}) as { mode?: unknown };
  const mode = row.type === "undegrade" ? "normal" : params.mode === "off" ? "off" : "degraded";
  const ofKey = eq(modules.moduleKey, row.moduleKey);
  await tx
    .update(modules)
    .set({ mode, modeReason: mode === "normal" ? null : row.reason, modeSince: now, updatedAt: now })
    .where(row.tenantId === PLATFORM_TENANT ? ofKey : and(eq(modules.tenantId, row.tenantId), ofKey));
}

/**
 * A module says how an order ended. The same word again gets the same answer and has no effect; another module's order does not exist for it;
 * another word after the end is a conflict.
 */
export const takeResult = defineCommand({
  name: "module.result",
  permission: "module",
  input: z.strictObject({ moduleKey: z.string(), word: orderResultSchema }),

  async apply(tx, { moduleKey, word }, { actor, now }) {
    const [row] = await tx.select().from(moduleCommands).where(eq(moduleCommands.id, word.command_id)).for("update");
    if (!row || row.moduleId !== word.module_id || actor.id !== `module:${moduleKey}` || row.moduleKey !== moduleKey) {
      refuse("not-found", `No command ${word.command_id}`);
    }
    const { timings_ms: _timings, module_id: _module, ...meaning } = word;
    const resultDigest = digestOf(meaning);
    const subject = `module-command:${row.id}`;
    const answer = (status: string) => ({ command_id: row.id, status, recorded: true });
    if (row.resultDigest === resultDigest) {
      const same = { status: row.status };
      return { subject, tenantId: row.tenantId, before: same, after: same, reason: "said before", result: answer(row.status) };
    }
    if (row.status !== "offered" && row.status !== "queued") refuse("conflict", `An order that is ${row.status} cannot take this answer`);
    // What was never handed out cannot have been obeyed.
    if (row.status === "queued") refuse("conflict", "This order was not handed out yet");
    const status = word.status === "done" ? "done" : "failed";
    const result = { status: word.status, detail: word.detail, result: word.result, timings_ms: word.timings_ms };
    await tx
      .update(moduleCommands)
      .set({ status, result, resultDigest, finishedAt: now })
      .where(and(eq(moduleCommands.tenantId, row.tenantId), eq(moduleCommands.id, row.id)));
    if (status === "done") await followMode(tx, row, now);
    const payload = { commandId: row.id, moduleKey, type: row.type, status, ref: row.ref };
    return {
      subject,
      tenantId: row.tenantId,
      before: { status: row.status },
      after: { status, detail: word.detail },
      events: [{ name: "module.order_ended", payload }],
      result: answer(status),
    };
  },
});
