import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { repairRunProgress } from "@/db/schema/modules/repairs";
import { defineCommand } from "@/lib/gateway/define-command";
import { requireFence } from "@/lib/gateway/lease";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { dryRunAnswerSchema, PHASES, PROGRESS_STATES } from "../types";
import { lockRun, readProgress, tellRun, updateRun } from "./lock-run";

const input = z.strictObject({
  runId: z.uuid(),
  fence: z.number().int(),
  tenantId: z.uuid(),
  phase: z.enum(PHASES),
  from: z.enum(PROGRESS_STATES),
  to: z.enum(PROGRESS_STATES),
  tries: z.number().int().min(0).max(LIMITS.repairTries),
  orderId: z.uuid().nullable().default(null),
  snapshotId: z.uuid().nullable().default(null),
  tried: dryRunAnswerSchema.nullable().default(null),
  done: z
    .strictObject({ rowsDone: z.number().int().min(0), rowsKept: z.number().int().min(0) })
    .nullable()
    .default(null),
  /** Whether anything may have been changed here; null leaves it as it stands. */
  isApplied: z.boolean().nullable().default(null),
  /** The code of what holds its order back; null once nothing does. */
  heldBy: z.string().max(64).nullable().default(null),
  detail: z.string().max(LIMITS.reasonCharacters).nullable().default(null),
  code: z.string().max(64).nullable().default(null),
});

/** A worker notes how a run stands at one tenant; of two workers the late one notes nothing. */
export const noteProgress = defineCommand({
  name: "repair.note",
  permission: "system",
  isPolled: true,
  input,

  async apply(tx, word, context) {
    const { now } = context;
    const run = await lockRun(tx, word.runId);
    await requireFence(tx, { kind: "job", tenantId: run.tenantId, id: run.id, fence: word.fence });
    const before = (await readProgress(tx, run.id)).find(({ tenantId }) => tenantId === word.tenantId);
    if (!before || run.phase !== word.phase || before.phase !== word.phase || before.state !== word.from) {
      refuse("conflict", "This run has moved on");
    }
    const { tried, done } = word;
    const change = {
      state: word.to,
      tries: word.tries,
      orderId: word.orderId ?? before.orderId,
      snapshotId: word.snapshotId ?? before.snapshotId,
      isApplied: word.isApplied ?? before.isApplied,
      heldBy: word.heldBy,
      detail: word.detail,
      updatedAt: now,
      ...(tried
        ? { digest: tried.digest, rowsTotal: tried.rows_total, rows: tried.rows, tables: tried.tables, plan: tried.plan ?? null }
        : {}),
      ...(done ?? {}),
    };
    await tx
      .update(repairRunProgress)
      .set(change)
      .where(and(eq(repairRunProgress.tenantId, word.tenantId), eq(repairRunProgress.runId, run.id)));
    // Why it failed first is why it is taken back, whatever else fails after it.
    if (word.to === "failed" && run.errorCode === null) await updateRun(tx, run, { errorCode: word.code, error: word.detail }, now);
    if (word.heldBy !== null) {
      await tellRun(tx, run, { kind: `${word.phase}.held`, summary: word.heldBy, data: { tenant_id: word.tenantId } }, context);
    } else if (word.to === "failed" || (word.to === "waiting" && word.detail)) {
      const data = { tenant_id: word.tenantId, code: word.code, tries: word.tries };
      await tellRun(
        tx,
        run,
        { kind: `${word.phase}.${word.to === "failed" ? "failed" : "again"}`, summary: word.detail ?? "", data },
        context,
      );
    } else if (word.to === "done") {
      const data = { tenant_id: word.tenantId, digest: tried?.digest ?? null, rows: tried?.rows_total ?? done?.rowsDone ?? 0 };
      await tellRun(tx, run, { kind: `${word.phase}.done`, summary: word.detail ?? "", data }, context);
    }
    const brief = (row: { state: string; tries: number; rowsDone?: number }) => ({ phase: word.phase, state: row.state, tries: row.tries });
    return {
      subject: `repair:${run.id}`,
      tenantId: word.tenantId,
      before: brief(before),
      after: { ...brief({ ...before, ...change }), order_id: change.orderId, ...(done ?? {}), digest: tried?.digest ?? null },
      ...(word.detail ? { reason: word.detail } : {}),
      events: [{ name: "repair.progress", payload: { repairId: run.id }, tenantId: run.tenantId }],
      result: { run_id: run.id, state: word.to },
    };
  },
});
