import { z } from "zod";
import { rollouts } from "@/db/schema/rollout";
import { stagingReportSchema } from "@/lib/delivery/staging-report";
import { defineCommand } from "@/lib/gateway/define-command";
import { requireFence } from "@/lib/gateway/lease";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { beginWave } from "./begin-wave";
import { keyOf, lockRollout, movedEvent } from "./lock-rollout";

/** What the sandbox found of a rollout: with an undo token for at least one version its first wave begins, with none it is over. */
export const stageRollout = defineCommand({
  name: "rollout.stage",
  permission: "system",
  input: z.strictObject({
    rolloutId: z.uuid(),
    fence: z.number().int(),
    rehearsals: z.record(z.string(), stagingReportSchema),
  }),

  async apply(tx, { rolloutId, fence, rehearsals }, { actor, now }) {
    await requireFence(tx, { kind: "job", tenantId: PLATFORM_TENANT, id: rolloutId, fence });
    const before = await lockRollout(tx, rolloutId, actor);
    if (before.state !== "staging") refuse("conflict", "This rollout has been rehearsed already");
    const isProven = Object.values(rehearsals).some(({ passed, undo_token_digest }) => passed && undo_token_digest !== null);
    const state = isProven ? ("running" as const) : ("aborted" as const);
    const stateReason = isProven ? null : "the rehearsal failed: undo is not proven, nothing was sent";
    const ended = isProven ? {} : { endedAt: now, dueAt: null };
    await tx
      .update(rollouts)
      .set({ state, stateReason, rehearsals, updatedAt: now, ...ended })
      .where(keyOf(rolloutId));
    if (isProven) await beginWave(tx, rolloutId, 0, now);
    const passed = Object.fromEntries(Object.entries(rehearsals).map(([from, report]) => [from, report.passed]));
    return {
      subject: `rollout:${rolloutId}`,
      tenantId: null,
      before: { state: "staging" },
      after: { state, rehearsed: passed },
      reason: stateReason ?? "rehearsed: undo is proven",
      events: [movedEvent(rolloutId, state)],
      result: { state },
    };
  },
});
