import { z } from "zod";
import { rollouts } from "@/db/schema/rollout";
import { requireStepUp } from "@/lib/access/step-up/require-step-up";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { promoteDigest } from "../../waves/rollout-digests";
import { beginWave, proveWave } from "./begin-wave";
import { briefOf, isSamePerson, keyOf, lockRollout, movedEvent, requireNotAuthor, requireTyped } from "./lock-rollout";

/**
 * A person widens a rollout before its evidence does: neither whoever started it nor the release's author, by a second factor and with a reason that
 * stands beside what stays unproven for good.
 */
export const promoteRollout = defineCommand({
  name: "rollout.promote",
  permission: "plan:approve",
  input: z.strictObject({
    rolloutId: z.uuid(),
    /** The wave that is left, so that two people at once do not widen twice. */
    wave: z.number().int().min(0).max(10),
    confirm: z.string().max(256),
    reason: z.string().trim().min(LIMITS.orderReasonCharacters).max(LIMITS.reasonCharacters),
  }),

  async apply(tx, { rolloutId, wave, confirm, reason }, { actor, now }) {
    const before = await lockRollout(tx, rolloutId, actor);
    requireTyped(confirm, before);
    await requireNotAuthor(tx, before.releaseId, actor);
    if (isSamePerson(before.startedBy, actor))
      refuse("forbidden", "You started this rollout: somebody else has to widen it without evidence", { code: "ERR_SECOND_PERSON" });
    if (before.state !== "running" && before.state !== "holding") refuse("conflict", `This rollout is ${before.state}`);
    if (before.wave !== wave) refuse("conflict", "This rollout is in another wave by now");
    if (wave >= before.rules.length - 1) refuse("conflict", "This is the last wave");
    const stepUp = await requireStepUp(tx, actor, promoteDigest(rolloutId, wave), now);
    await proveWave(tx, { rolloutId, wave }, { by: actor.id, reason, at: now });
    await beginWave(tx, rolloutId, wave + 1, now);
    const set = { state: "running" as const, wave: wave + 1, waitsFor: [], stateReason: reason, updatedAt: now, dueAt: now };
    await tx.update(rollouts).set(set).where(keyOf(rolloutId));
    return {
      subject: `rollout:${rolloutId}`,
      tenantId: null,
      before: { state: before.state, wave, waits_for: before.waitsFor },
      after: { state: "running", wave: wave + 1, step_up: stepUp },
      reason,
      events: [movedEvent(rolloutId, "running")],
      result: briefOf({ ...before, ...set }),
    };
  },
});
