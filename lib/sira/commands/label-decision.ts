import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { pluginIncidents, siraDecisions, siraLearningFeedback } from "@/db/schema/incidents";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { OUTCOMES } from "../outcomes";

/** What became of a decision that no attempt speaks for (people were told), or that something voids: one more label beside the others. */
export const labelDecision = defineCommand({
  name: "sira.label",
  permission: "system",
  input: z.strictObject({
    tenantId: z.uuid(),
    decisionId: z.uuid(),
    attemptId: z.uuid().nullable(),
    outcome: z.enum(OUTCOMES),
    detail: z.string().min(1).max(LIMITS.reasonCharacters),
  }),

  async apply(tx, { tenantId, decisionId, attemptId, outcome, detail }, { now, newId }) {
    const [decision] = await tx
      .select()
      .from(siraDecisions)
      .where(and(eq(siraDecisions.tenantId, tenantId), eq(siraDecisions.id, decisionId)));
    if (!decision) refuse("not-found", `No decision ${decisionId}`);
    // Labels are only ever added, so what two writers meet at is the incident.
    const incident = and(eq(pluginIncidents.tenantId, tenantId), eq(pluginIncidents.id, decision.incidentId));
    await tx.select({ id: pluginIncidents.id }).from(pluginIncidents).where(incident).for("update");
    const own = and(eq(siraLearningFeedback.tenantId, tenantId), eq(siraLearningFeedback.decisionId, decisionId));
    const labels = await tx.select({ outcome: siraLearningFeedback.outcome }).from(siraLearningFeedback).where(own);
    if (labels.some((label) => label.outcome === outcome)) refuse("conflict", `This decision is labelled ${outcome} already`);
    const { incidentId, request, decision: output } = decision;
    const row = { tenantId, id: newId(), incidentId, attemptId, decisionId, outcome, detail, at: now };
    await tx.insert(siraLearningFeedback).values({ ...row, input: request, output, watch: null });
    return {
      subject: `decision:${decisionId}`,
      tenantId,
      before: { labels: labels.map((label) => label.outcome) },
      after: { outcome },
      reason: detail,
      result: { outcome },
    };
  },
});
