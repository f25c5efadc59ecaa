import { and, eq, inArray } from "drizzle-orm";
import { rollouts } from "@/db/schema/rollout";
import type { WriterTx } from "@/db/writer";
import type { CommandContext } from "@/lib/gateway/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";

interface End {
  readonly releaseId: string;
  readonly state: "aborted" | "recalled";
  readonly reason: string;
}

/** Ends every rollout of a release that is not over for good. @returns their ids, newest first */
export async function endRollouts(tx: WriterTx, { releaseId, state, reason }: End, { now }: CommandContext): Promise<string[]> {
  const rows = await tx
    .update(rollouts)
    .set({ state, stateReason: reason, pausedFrom: null, waitsFor: [], endedAt: now, updatedAt: now, dueAt: null })
    .where(
      and(
        eq(rollouts.tenantId, PLATFORM_TENANT),
        eq(rollouts.releaseId, releaseId),
        inArray(rollouts.state, ["staging", "running", "holding", "paused", "completed"]),
      ),
    )
    .returning({ id: rollouts.id });
  return rows.map(({ id }) => id).toSorted((a, b) => (a < b ? 1 : -1));
}
