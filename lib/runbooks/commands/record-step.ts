import { z } from "zod";
import { runbookSteps } from "@/db/schema/aftermath";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import type { RunbookStep } from "../types";
import { lockRun, requireStep } from "./run-row";
import { subjectOf, told } from "./run-subject";

/** The words in which a step's outcome reads on the timeline; undefined where a step has no such outcome. */
function toldOutcome(step: Extract<RunbookStep, { kind: "action" | "decision" }>, outcome: string): string | undefined {
  if (step.kind === "action") return outcome === "done" || outcome === "skipped" ? outcome : undefined;
  return step.branches.find(({ id }) => id === outcome)?.label.en;
}

/** Somebody writes down that they did or left out an action, or how they decided. That they did it is their word; the audit has the deed. */
export const recordStep = defineCommand({
  name: "runbook.record",
  permission: "incident:write",
  input: z.strictObject({
    runId: z.uuid().toLowerCase(),
    stepId: z.string().max(40),
    /** `done` or `skipped` for an action, the branch's name for a decision. */
    outcome: z.string().max(40),
    note: z.string().trim().max(LIMITS.commentCharacters).optional(),
  }),

  async apply(tx, { runId, stepId, outcome, note }, { actor, now, newId }) {
    const { run, runbook } = await lockRun(tx, runId);
    const step = requireStep(runbook, stepId, ["action", "decision"]);
    const words = toldOutcome(step, outcome);
    if (words === undefined)
      refuse("invalid", "The step has no such outcome", { errors: [{ path: "outcome", message: "is none of this step" }] });
    const record = { tenantId: run.tenantId, runId, id: newId(), stepId, outcome, actor: actor.id, at: now, note: note || null };
    await tx.insert(runbookSteps).values(record);
    const summary = `${step.title.en}: ${words}${note ? ` (${note})` : ""}`;
    return {
      subject: `runbook:${runId}`,
      tenantId: run.tenantId,
      before: null,
      after: { step: stepId, outcome, note: note ?? null },
      ...told(runId, await subjectOf(tx, run.incidentId), { summary, data: { runbook: run.slug, step: stepId, outcome } }),
      result: { id: runId, step_id: stepId, outcome },
    };
  },
});
