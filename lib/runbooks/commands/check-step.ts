import { z } from "zod";
import { runbookSteps } from "@/db/schema/aftermath";
import { defineCommand } from "@/lib/gateway/define-command";
import { runCheck } from "./run-check";
import { incidentOf, lockRun, requireStep } from "./run-row";

/** Center looks up what a step asks, within the tenants of whoever asks, and keeps what it found as evidence. It changes nothing else. */
export const checkStep = defineCommand({
  name: "runbook.check",
  permission: "incident:write",
  input: z.strictObject({ runId: z.uuid().toLowerCase(), stepId: z.string().max(40) }),

  async apply(tx, { runId, stepId }, { actor, now, newId }) {
    const { run, runbook } = await lockRun(tx, runId);
    const step = requireStep(runbook, stepId, ["check"]);
    const incident = await incidentOf(tx, run);
    const { verdict, facts } = await runCheck(tx, step.check, {
      tenantId: run.tenantId,
      pluginId: incident?.pluginId ?? null,
      pluginKey: incident?.pluginKey ?? null,
      incidentType: incident?.type ?? null,
      isEverywhere: actor.tenants.kind === "all",
      parameters: step.parameters ?? {},
      now,
    });
    const record = { tenantId: run.tenantId, runId, id: newId(), stepId, outcome: verdict, actor: actor.id, at: now, evidence: facts };
    await tx.insert(runbookSteps).values(record);
    const line = { kind: "runbook", summary: `${step.title.en}: ${verdict}`, data: { runbook: run.slug, step: stepId, outcome: verdict } };
    return {
      subject: `runbook:${runId}`,
      tenantId: run.tenantId,
      before: null,
      after: { step: stepId, check: step.check, outcome: verdict, facts },
      events: [{ name: "runbook.moved", payload: { runbookId: runId, incidentId: run.incidentId ?? undefined } }],
      timeline: run.incidentId ? [{ incidentId: run.incidentId, ...line }] : [],
      result: { id: runId, step_id: stepId, outcome: verdict, facts: { ...facts } },
    };
  },
});
