import { and, eq } from "drizzle-orm";
import { moduleCommands } from "@/db/schema/modules/modules";
import { repairRunEvents, repairRuns } from "@/db/schema/modules/repairs";
import type { WriterTx } from "@/db/writer";
import type { CommandContext } from "@/lib/gateway/types";
import { refuse } from "@/lib/kernel/refusal";
import { actionNamed } from "../catalogue";
import type { ActionRow } from "./action-row";

/** A run that changes nothing yet is given up with its action; one that does is past the point of no return. */
async function withdrawRuns(tx: WriterTx, { id }: ActionRow, { actor, now, newId, traceId }: CommandContext): Promise<void> {
  const runs = await tx.select().from(repairRuns).where(eq(repairRuns.ref, id)).for("update");
  const changing = runs.find(({ status }) => status === "applying" || status === "applied" || status === "rolling_back");
  if (changing) refuse("conflict", `The repair is ${changing.status}: it ends verified, or is taken back`);
  for (const run of runs.filter(({ status }) => status === "dry_running" || status === "ready")) {
    const line = { kind: "cancelled", summary: "the action that it is for is given up", data: {}, actor: actor.id, traceId };
    const at = and(eq(repairRuns.tenantId, run.tenantId), eq(repairRuns.id, run.id));
    await tx.update(repairRuns).set({ status: "cancelled", finishedAt: now, updatedAt: now }).where(at);
    await tx.insert(repairRunEvents).values({ tenantId: run.tenantId, runId: run.id, id: newId(), at: now, ...line });
  }
}

/**
 * Takes back what an action has asked for and nobody has begun: an order that no beat has fetched is never obeyed then, a run that was only
 * tried is never applied.
 *
 * @throws Refusal conflict past the point of no return: the module has the order, or the run changes rows
 */
export async function withdrawOrder(tx: WriterTx, row: ActionRow, context: CommandContext): Promise<void> {
  const { tenantId, orderId } = row;
  if (actionNamed(row.action).job !== null) return withdrawRuns(tx, row, context);
  if (orderId === null) return;
  const at = and(eq(moduleCommands.tenantId, tenantId), eq(moduleCommands.id, orderId));
  const [order] = await tx.select({ status: moduleCommands.status }).from(moduleCommands).where(at).for("update");
  if (order?.status === "offered") refuse("conflict", "The module has fetched the order: it ends, or is taken back");
  if (order?.status === "queued") await tx.update(moduleCommands).set({ status: "cancelled", finishedAt: context.now }).where(at);
}
