import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { autopatchAttempts } from "@/db/schema/delivery";
import type { WriterTx } from "@/db/writer";
import { stagingReportSchema } from "@/lib/delivery/staging-report";
import { defineCommand } from "@/lib/gateway/define-command";
import { requireFence } from "@/lib/gateway/lease";
import type { CommandContext, DomainEvent, TimelineLine } from "@/lib/gateway/types";
import { refuse } from "@/lib/kernel/refusal";
import { killPoint } from "@/lib/platform/faults/kill-point";
import { CATEGORIES } from "@/lib/policy/types";
import { statusOf } from "../attempt-machine";
import type { Step } from "../attempt-state";
import { ATTEMPT_PHASES, ATTEMPT_STATUSES, type HealthVerdict } from "../types";
import { type EndFacts, endAttempt } from "./end-attempt";
import { type AttemptRow, issueCommit, issuePlanned, issueRevert } from "./issue-command";
import { writeTransition } from "./write-transition";

const input = z.strictObject({
  tenantId: z.uuid(),
  attemptId: z.uuid(),
  pluginId: z.uuid(),
  isAutomatic: z.boolean(),
  category: z.enum(CATEGORIES),
  method: z.string(),
  fence: z.number().int(),
  /** Where the attempt stood when the step was decided. */
  expectedPhase: z.enum(ATTEMPT_PHASES),
  /** Its status then: one that was called back since is `cancelled`, and no step decided before that may write over it. */
  expectedStatus: z.enum(ATTEMPT_STATUSES),
  step: z.custom<Step>((value) => typeof value === "object" && value !== null && "do" in value),
  /** The command that a commit confirms or a revert takes back. */
  ref: z.uuid().nullable(),
  stagingReport: stagingReportSchema.nullable(),
  health: z.custom<{ verdict: HealthVerdict; baseline: AttemptRow["baseline"] }>().nullable(),
  end: z.custom<EndFacts>(),
});
type Advance = z.output<typeof input>;

interface Effect {
  readonly set: Partial<AttemptRow>;
  readonly events?: DomainEvent[];
  readonly timeline?: TimelineLine[];
  readonly reason: string;
}

function line(attempt: AttemptRow, kind: string, summary: string): TimelineLine[] {
  const { incidentId } = attempt;
  return incidentId === null ? [] : [{ incidentId, kind, summary, data: { attempt_id: attempt.id } }];
}

async function takeStep(
  tx: WriterTx,
  attempt: AttemptRow,
  { step, ref, stagingReport, end }: Advance,
  context: CommandContext,
): Promise<Effect> {
  const to = attempt.toVersion ?? attempt.fromVersion;
  switch (step.do) {
    case "stage": {
      if (!stagingReport)
        return { set: {}, reason: "rehearsing in the sandbox", timeline: line(attempt, "staging", `Rehearsing ${to} in the sandbox`) };
      const summary = stagingReport.passed ? `${to} passed the rehearsal, undo proven` : `${to} failed the rehearsal`;
      return { set: { stagingReport }, reason: summary, timeline: line(attempt, "staged", summary) };
    }
    case "dispatch": {
      const commandId = await issuePlanned(tx, attempt, context);
      const summary = `Signed ${attempt.method} ${attempt.fromVersion} → ${to} waits for the plugin's next beat`;
      return { set: {}, reason: `command ${commandId}`, timeline: line(attempt, "dispatched", summary) };
    }
    case "commit":
      await issueCommit(tx, attempt, ref ?? refuse("conflict", "There is nothing to commit"), context);
      return { set: {}, reason: "healthy: committing", timeline: line(attempt, "healthy", `${to} is healthy: the commit is on its way`) };
    case "revert":
      await issueRevert(tx, attempt, ref ?? refuse("conflict", "There is nothing to revert"), context);
      return {
        set: { revertReason: step.reason },
        reason: step.reason,
        timeline: line(attempt, "reverting", `Rolling back ${to}: ${step.reason}`),
      };
    case "wait":
      return { set: { isExtended: attempt.isExtended || step.isExtended }, reason: step.reason };
    case "finish": {
      const done = await endAttempt(tx, attempt, step, end, context);
      return {
        set: { endReason: step.reason, needsPerson: step.needsPerson, finishedAt: context.now, dueAt: null },
        reason: step.reason,
        ...done,
      };
    }
    case "rest":
      return refuse("conflict", "This attempt is over");
  }
}

/** Takes the one step that was decided for an attempt, if the attempt still stands where it was decided and the lease still holds. */
export const advanceAttempt = defineCommand({
  name: "attempt.advance",
  permission: "system",
  input,
  heals: ({ step, method, tenantId, pluginId, isAutomatic, category }) =>
    step.do === "dispatch" && method !== "rollback" ? { tenantId, pluginId, isAutomatic, category } : null,

  async apply(tx, call, context) {
    const { tenantId, attemptId, step, health } = call;
    await requireFence(tx, { kind: "attempt", tenantId, id: attemptId, fence: call.fence });
    const key = and(eq(autopatchAttempts.tenantId, tenantId), eq(autopatchAttempts.id, attemptId));
    const [before] = await tx.select().from(autopatchAttempts).where(key).for("update");
    if (!before) refuse("not-found", `No attempt ${attemptId}`);
    if (before.phase !== call.expectedPhase || before.status !== call.expectedStatus) refuse("conflict", "The attempt has moved on");
    const effect = await takeStep(tx, before, call, context);
    const status = statusOf(step.phase, step.do === "finish" ? step.status : null);
    const isVerdict = step.do === "commit" || step.do === "revert";
    const judged = health && isVerdict ? { healthReport: { ...health.verdict }, baseline: health.baseline } : {};
    const set = { ...effect.set, ...judged, phase: step.phase, status, updatedAt: context.now };
    await tx.update(autopatchAttempts).set(set).where(key);
    if (status !== before.status || step.phase !== before.phase)
      await writeTransition(tx, before, { phase: step.phase, status }, effect.reason, context);
    const events = [
      { name: "attempt.moved", payload: { attemptId, incidentId: before.incidentId, pluginId: before.pluginId, status } },
      ...(effect.events ?? []),
    ];
    const seen = { phase: before.phase, status: before.status };
    if (step.do !== "rest") killPoint(`attempt.${step.do === "stage" && call.stagingReport ? "staged" : step.do}.written`);
    return {
      subject: `attempt:${attemptId}`,
      tenantId,
      before: seen,
      after: set,
      reason: effect.reason,
      events,
      timeline: effect.timeline ?? [],
      result: { phase: step.phase, status },
    };
  },
});
