import { z } from "zod";
import { runbookSteps } from "@/db/schema/aftermath";
import { defineCommand } from "@/lib/gateway/define-command";
import { runCheck } from "./run-check";
import { lockRun, requireStep } from "./run-row";
import { subjectOf, told } from "./run-subject";

/** Center looks up what a step asks, within the tenants of whoever asks, and keeps what it found as evidence. It changes nothing else. */
export const checkStep = defineCommand({
  name: "runbook.check",
  permission: "incident:write",
  input: z.strictObject({ runId: z.uuid().toLowerCase(), stepId: z.string().max(40) }),

  async apply(tx, { runId, stepId }, { actor, now, newId }) {
    const { run, runbook } = await lockRun(tx, runId);
    const step = requireStep(runbook, stepId, ["check"]);
    const about = await subjectOf(tx, run.incidentId);
    const { verdict, facts } = await runCheck(tx, step.check, {
      tenantId: run.tenantId,
      pluginId: about?.pluginId ?? null,
      pluginKey: about?.pluginKey ?? null,
      moduleKey: about?.moduleKey ?? null,
      incidentType: about?.type ?? null,
      isEverywhere: actor.tenants.kind === "all",
      parameters: step.parameters ?? {},
      now,
    });
    const record = { tenantId: run.tenantId, runId, id: newId(), stepId, outcome: verdict, actor: actor.id, at: now, evidence: facts };
    await tx.insert(runbookSteps).values(record);
    const line = { summary: `${step.title.en}: ${verdict}`, data: { runbook: run.slug, step: stepId, outcome: verdict } };
    return {
      subject: `runbook:${runId}`,
      tenantId: run.tenantId,
      before: null,
      after: { step: stepId, check: step.check, outcome: verdict, facts },
      ...told(runId, about, line),
      result: { id: runId, step_id: stepId, outcome: verdict, facts: { ...facts } },
    };
  },
});
