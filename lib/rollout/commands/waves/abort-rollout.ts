import { z } from "zod";
import { releaseRecalls, rollouts } from "@/db/schema/rollout";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { callBackVersion } from "../recall/call-back";
import { briefOf, keyOf, lockRollout, movedEvent } from "./lock-rollout";

/**
 * A rollout ends and takes back what it did: live attempts of it are called back, and whoever has the version from it goes back.
 * The release stays published; who is to lose it everywhere, and for good, recalls it.
 */
export const abortRollout = defineCommand({
  name: "rollout.abort",
  permission: "switch:safer",
  input: z.strictObject({ rolloutId: z.uuid(), reason: z.string().trim().min(1).max(LIMITS.reasonCharacters) }),

  async apply(tx, { rolloutId, reason }, context) {
    const { actor, now } = context;
    const before = await lockRollout(tx, rolloutId, actor);
    const { state, pluginKey, version, releaseId } = before;
    if (state === "aborted" || state === "recalled") refuse("conflict", `This rollout is ${state} already`);
    if (state === "completed") refuse("conflict", "This rollout is complete: recall the version instead");
    const set = {
      state: "aborted" as const,
      stateReason: reason,
      pausedFrom: null,
      waitsFor: [],
      endedAt: now,
      updatedAt: now,
      dueAt: null,
    };
    await tx.update(rollouts).set(set).where(keyOf(rolloutId));
    const wakes = await callBackVersion(tx, { pluginKey, version, rolloutId }, reason, context);
    const recall = { id: context.newId(), kind: "abort" as const, releaseId, rolloutId, pluginKey, version, reason };
    await tx.insert(releaseRecalls).values({ tenantId: PLATFORM_TENANT, ...recall, orderedBy: actor.id, at: now });
    return {
      subject: `rollout:${rolloutId}`,
      tenantId: null,
      before: { state },
      after: { state: "aborted", called_back: wakes.length, recall_id: recall.id },
      reason,
      events: [movedEvent(rolloutId, "aborted")],
      wakes,
      result: { ...briefOf({ ...before, ...set }), called_back: wakes.length, recall_id: recall.id },
    };
  },
});
