import { z } from "zod";
import { rollouts } from "@/db/schema/rollout";
import { requireStepUp } from "@/lib/access/step-up/require-step-up";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { resumeDigest } from "../../waves/rollout-digests";
import { briefOf, keyOf, lockRollout, movedEvent, requireNotAuthor, requireTyped } from "./lock-rollout";

/** A paused rollout goes on where it was; an approver says why and shows a second factor, never the release's author. */
export const resumeRollout = defineCommand({
  name: "rollout.resume",
  permission: "plan:approve",
  input: z.strictObject({
    rolloutId: z.uuid(),
    confirm: z.string().max(256),
    reason: z.string().trim().min(LIMITS.orderReasonCharacters).max(LIMITS.reasonCharacters),
  }),

  async apply(tx, { rolloutId, confirm, reason }, { actor, now }) {
    const before = await lockRollout(tx, rolloutId, actor);
    requireTyped(confirm, before);
    await requireNotAuthor(tx, before.releaseId, actor);
    if (before.state !== "paused") refuse("conflict", `This rollout is ${before.state}, not paused`);
    const stepUp = await requireStepUp(tx, actor, resumeDigest(rolloutId, before.wave), now);
    const state = before.pausedFrom ?? "holding";
    await tx.update(rollouts).set({ state, pausedFrom: null, stateReason: reason, updatedAt: now, dueAt: now }).where(keyOf(rolloutId));
    return {
      subject: `rollout:${rolloutId}`,
      tenantId: null,
      before: { state: "paused" },
      after: { state, step_up: stepUp },
      reason,
      events: [movedEvent(rolloutId, state)],
      result: briefOf({ ...before, state }),
    };
  },
});
