import { and, eq, ne, sql } from "drizzle-orm";
import { z } from "zod";
import { autopatchAttempts } from "@/db/schema/delivery";
import { rollouts } from "@/db/schema/rollout";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { briefOf, keyOf, lockRollout, movedEvent } from "./lock-rollout";

/**
 * Nothing more begins. What is under way is left running, and the answer says how much: what is applied goes on to its commit
 * or its way back, because stopping a shop in the middle helps nobody.
 */
export const pauseRollout = defineCommand({
  name: "rollout.pause",
  permission: "switch:safer",
  input: z.strictObject({ rolloutId: z.uuid(), reason: z.string().trim().min(1).max(LIMITS.reasonCharacters) }),

  async apply(tx, { rolloutId, reason }, { actor, now }) {
    const before = await lockRollout(tx, rolloutId, actor);
    const { state } = before;
    if (state === "paused") refuse("conflict", "This rollout is paused already");
    if (state !== "staging" && state !== "running" && state !== "holding") refuse("conflict", `This rollout is ${state}`);
    await tx.update(rollouts).set({ state: "paused", pausedFrom: state, stateReason: reason, updatedAt: now }).where(keyOf(rolloutId));
    const [left] = await tx
      .select({
        applied: sql<number>`count(*) filter (where ${autopatchAttempts.phase} in ('probation', 'committing', 'reverting'))::int`,
        on_the_way: sql<number>`count(*) filter (where ${autopatchAttempts.phase} in ('queued', 'staging', 'dispatch'))::int`,
      })
      .from(autopatchAttempts)
      .where(and(eq(autopatchAttempts.rolloutId, rolloutId), ne(autopatchAttempts.phase, "done")));
    const running = left ?? { applied: 0, on_the_way: 0 };
    return {
      subject: `rollout:${rolloutId}`,
      tenantId: null,
      before: { state },
      after: { state: "paused", left_running: running },
      reason,
      events: [movedEvent(rolloutId, "paused")],
      result: { ...briefOf({ ...before, state: "paused" }), left_running: running },
    };
  },
});
