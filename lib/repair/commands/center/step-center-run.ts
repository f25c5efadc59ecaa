import { and, asc, desc, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { repairJournal } from "@/db/schema/modules/repairs";
import type { WriterTx } from "@/db/writer";
import { defineCommand } from "@/lib/gateway/define-command";
import { requireFence } from "@/lib/gateway/lease";
import { requireAutomaticOpen } from "@/lib/gateway/stopped-gate";
import { digestOf, type Json } from "@/lib/kernel/canonical-json";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { describeDifference, sortRows } from "../../runs/describe-difference";
import { PHASES } from "../../types";
import { lockRun, type RunRow, readProgress } from "../lock-run";
import type { CenterJob } from "./center-job";
import { CENTER_JOBS } from "./center-jobs";

type JournalRow = typeof repairJournal.$inferSelect;
const ofRun = (run: RunRow) => and(eq(repairJournal.tenantId, run.tenantId), eq(repairJournal.runId, run.id));

/** The journal of the run: what it will do, written whole before any of it is done. @throws Refusal conflict where the difference moved */
async function writeJournal(tx: WriterTx, run: RunRow, job: CenterJob, now: Date): Promise<void> {
  const [known] = await tx.select({ n: repairJournal.n }).from(repairJournal).where(ofRun(run)).limit(1);
  if (known) return;
  const [part] = await readProgress(tx, run.id);
  const rows = sortRows(await job.plan(tx, true));
  if (describeDifference(rows).digest !== part?.digest) {
    refuse("conflict", "The rows are others than those that were shown", { code: "ERR_REPAIR_DIGEST_MOVED" });
  }
  for (const [n, { table, key, before, after }] of rows.entries()) {
    const row = {
      tenantId: run.tenantId,
      runId: run.id,
      n,
      tableName: table,
      key,
      before,
      after,
      state: "planned",
      changedAt: now,
    } as const;
    await tx.insert(repairJournal).values(row);
  }
}

/**
 * What a run took back is read again and compared with what the journal says each row was: equal digests, or a person has to look.
 *
 * @returns the two digests over these rows, those left to whoever changed them since excepted
 */
async function readBack(tx: WriterTx, job: CenterJob, rows: readonly JournalRow[]): Promise<{ was: string; is: string }> {
  const was: Json[] = [];
  const is: Json[] = [];
  for (const { key, before } of rows) {
    was.push({ key, row: before ?? null } as unknown as Json);
    is.push({ key, row: await job.read(tx, key) } as unknown as Json);
  }
  return { was: digestOf(was), is: digestOf(is) };
}

async function moveSome(tx: WriterTx, run: RunRow, job: CenterJob, isBack: boolean, now: Date): Promise<JournalRow[]> {
  const states = isBack ? (["planned", "done"] as const) : (["planned"] as const);
  const rows = await tx
    .select()
    .from(repairJournal)
    .where(and(ofRun(run), inArray(repairJournal.state, [...states])))
    .orderBy(isBack ? desc(repairJournal.n) : asc(repairJournal.n))
    .limit(LIMITS.repairChunkRows)
    .for("update");
  const moved: JournalRow[] = [];
  for (const row of rows) {
    const { n, tableName: table, key, before, after, changedAt } = row;
    const [from, to] = isBack ? [after, before] : [before, after];
    const isMoved = await job.move(tx, { table, key, from: from ?? null, to: to ?? null, since: isBack ? changedAt : null }, now);
    const state = isMoved ? (isBack ? "undone" : "done") : "kept";
    if (isMoved) moved.push(row);
    await tx
      .update(repairJournal)
      .set({ state, changedAt: now })
      .where(and(ofRun(run), eq(repairJournal.n, n)));
  }
  return moved;
}

async function tally(tx: WriterTx, run: RunRow, isBack: boolean) {
  const [row] = await tx
    .select({
      left: sql<number>`count(*) filter (where ${repairJournal.state} = 'planned' or (${repairJournal.state} = 'done' and ${isBack}))::int`,
      done: sql<number>`count(*) filter (where ${repairJournal.state} = ${isBack ? "undone" : "done"})::int`,
      kept: sql<number>`count(*) filter (where ${repairJournal.state} = 'kept')::int`,
    })
    .from(repairJournal)
    .where(ofRun(run));
  return row ?? { left: 0, done: 0, kept: 0 };
}

/** A type and no interface: what a command answers is JSON, whose members are open. */
type Step = {
  readonly tried: Json | null;
  readonly is_over: boolean;
  readonly is_equal: boolean;
  readonly rows_done: number;
  readonly rows_kept: number;
};

/** One piece of a run on Center's own rows; effect, journal and audit entry in one transaction, so that a crash leaves whole pieces. */
export const stepCenterRun = defineCommand({
  name: "repair.step",
  permission: "system",
  input: z.strictObject({ runId: z.uuid(), fence: z.number().int(), phase: z.enum(PHASES) }),

  async apply(tx, { runId, fence, phase }, { now }) {
    const run = await lockRun(tx, runId);
    await requireFence(tx, { kind: "job", tenantId: run.tenantId, id: run.id, fence });
    if (run.phase !== phase || run.site !== "center") refuse("conflict", "This run has moved on", { code: "ERR_LEASE_LOST" });
    const job = CENTER_JOBS[run.job] ?? refuse("not-found", `Center does not know how to do ${run.job}`);
    const subject = `repair:${run.id}`;
    const own = { subject, tenantId: run.tenantId };
    if (phase === "dry_run") {
      const tried = describeDifference(sortRows(await job.plan(tx, false)));
      const after = { digest: tried.digest, rows_total: tried.rows_total };
      const result: Step = { tried: tried as unknown as Json, is_over: true, is_equal: true, rows_done: 0, rows_kept: 0 };
      return { ...own, before: null, after, result };
    }
    const isBack = phase === "rollback";
    // What was begun goes no further either; taking it back does.
    if (!isBack && !run.appliedBy?.startsWith("person:")) await requireAutomaticOpen(tx);
    if (!isBack) await writeJournal(tx, run, job, now);
    const moved = await moveSome(tx, run, job, isBack, now);
    const digests = isBack ? await readBack(tx, job, moved) : null;
    const { left, done, kept } = await tally(tx, run, isBack);
    const states = (pick: "before" | "after") =>
      moved.slice(0, LIMITS.repairRowsShown).map((row) => ({ table: row.tableName, key: row.key, row: row[pick] }));
    const isEqual = digests === null || digests.was === digests.is;
    const result: Step = { tried: null, is_over: left === 0, is_equal: isEqual, rows_done: done, rows_kept: kept };
    return {
      ...own,
      before: { rows: states(isBack ? "after" : "before") },
      after: { rows: states(isBack ? "before" : "after"), ...(digests ? { digest_was: digests.was, digest_is: digests.is } : {}) },
      reason: isBack ? (run.rollbackReason ?? run.error ?? undefined) : (run.applyReason ?? undefined),
      result,
    };
  },
});
