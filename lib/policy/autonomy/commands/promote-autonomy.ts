import { z } from "zod";
import { earnedAutonomy } from "@/db/schema/autonomy";
import { requireVouchedFor } from "@/lib/access/people/require-vouched-for";
import { requireStepUp } from "@/lib/access/step-up/require-step-up";
import type { Actor } from "@/lib/access/types";
import { mayBeSamePerson } from "@/lib/approvals/four-eyes";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { promoteAutonomyDigest } from "../autonomy-digest";
import { AUTONOMY_ACTIONS, decideAutonomy } from "../decide-autonomy";
import { type AutonomyRow, keyOf, lockAutonomy, readRecord } from "./autonomy-row";

const NOBODY_ASKS = { askedBy: null, askedAt: null, askedReason: null } as const;

/** The first pair of eyes asks, the second one agrees. @throws Refusal forbidden for the same person twice */
function isSecond({ askedBy, askedAt }: AutonomyRow, actor: Actor, now: Date): boolean {
  if (askedBy === null || askedAt === null || now.getTime() - askedAt.getTime() > LIMITS.looseningLifeSeconds * 1_000) return false;
  if (mayBeSamePerson(askedBy, actor.email ?? ""))
    refuse("forbidden", "You asked for this yourself: somebody else has to agree", { code: "ERR_SECOND_PERSON" });
  return true;
}

/**
 * Two approvers, one after the other and each with a second factor, let an action be done without asking where it was earned; the evidence is read again under
 * lock both times. It lifts nothing beyond policy: every other gate stays.
 */
export const promoteAutonomy = defineCommand({
  name: "autonomy.promote",
  permission: "plan:approve",
  input: z.strictObject({
    tenantId: z.uuid(),
    action: z.enum(AUTONOMY_ACTIONS),
    reason: z.string().trim().min(LIMITS.orderReasonCharacters).max(LIMITS.reasonCharacters),
  }),

  async apply(tx, { tenantId, action, reason }, { actor, now }) {
    requireVouchedFor(actor);
    const before = await lockAutonomy(tx, tenantId, action);
    if (!before) refuse("conflict", "Nothing has to be earned here: policy alone decides");
    if (before.level === "earned") refuse("conflict", "This is earned already");
    const record = await readRecord(tx, tenantId, action, before.since);
    const { mayPromote, missing } = decideAutonomy(record);
    if (!mayPromote) refuse("conflict", `Not earned yet: ${missing} more attempts have to be kept, none may fail`);
    const isAgreed = isSecond(before, actor, now);
    const stepUp = await requireStepUp(tx, actor, promoteAutonomyDigest({ tenantId, action, since: before.since }), now);
    const set = isAgreed
      ? { level: "earned" as const, ...NOBODY_ASKS, promotedBy: [before.askedBy ?? "", actor.id], promotedAt: now, reason }
      : { askedBy: actor.id, askedAt: now, askedReason: reason };
    await tx
      .update(earnedAutonomy)
      .set({ ...set, updatedAt: now, updatedBy: actor.id })
      .where(keyOf(tenantId, action));
    return {
      subject: `autonomy:${action}`,
      tenantId,
      before: { level: before.level, asked_by: before.askedBy },
      after: { level: isAgreed ? "earned" : before.level, evidence: record, asked_by: isAgreed ? null : actor.id, step_up: stepUp },
      reason,
      events: [{ name: "policy.autonomy", payload: { action, level: isAgreed ? "earned" : before.level } }],
      result: {
        tenant_id: tenantId,
        action,
        level: isAgreed ? "earned" : before.level,
        approvals: { required: 2, given: isAgreed ? 2 : 1 },
      },
    };
  },
});
