import { autopatchAttemptEvents } from "@/db/schema/delivery";
import type { WriterTx } from "@/db/writer";
import type { CommandContext } from "@/lib/gateway/types";
import type { AttemptPhase } from "../types";
import type { AttemptRow } from "./issue-command";

/** Writes down one transition of an attempt, under the name of who caused it; rows are only ever added. */
export async function writeTransition(
  tx: WriterTx,
  before: AttemptRow,
  to: { readonly phase: AttemptPhase; readonly status: AttemptRow["status"] },
  reason: string,
  { now, newId, actor }: CommandContext,
): Promise<void> {
  await tx.insert(autopatchAttemptEvents).values({
    tenantId: before.tenantId,
    attemptId: before.id,
    id: newId(),
    at: now,
    fromStatus: before.status,
    toStatus: to.status,
    phase: to.phase,
    actor: actor.id,
    reason,
    detail: { from_phase: before.phase },
  });
}
