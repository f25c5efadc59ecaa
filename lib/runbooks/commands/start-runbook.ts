import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { runbookRuns } from "@/db/schema/aftermath";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { runbookOf } from "../catalogue";
import { subjectOf, tenantOf, told } from "./run-subject";

/**
 * Somebody begins to follow a runbook, for an incident of a plugin or of a module, or without one. Who begins one that is under way joins it: two people at night see
 * the same progress.
 */
export const startRunbook = defineCommand({
  name: "runbook.start",
  permission: "incident:write",
  input: z.strictObject({ slug: z.string().max(40), incidentId: z.uuid().toLowerCase().optional() }),

  async apply(tx, { slug, incidentId }, { actor, now, newId }) {
    const runbook = runbookOf(slug) ?? refuse("not-found", `No runbook ${slug}`);
    if (incidentId === undefined) requireAllTenants(actor, "Runbooks without an incident");
    const about = await subjectOf(tx, incidentId);
    if (incidentId !== undefined && !about) refuse("not-found", `No incident ${incidentId}`);
    const tenantId = tenantOf(about);
    const row = {
      tenantId,
      id: newId(),
      slug,
      version: runbook.version,
      incidentId: incidentId ?? null,
      startedBy: actor.id,
      startedAt: now,
    };
    const [made] = await tx.insert(runbookRuns).values(row).onConflictDoNothing().returning();
    const isHere = incidentId ? eq(runbookRuns.incidentId, incidentId) : isNull(runbookRuns.incidentId);
    const open = and(eq(runbookRuns.tenantId, tenantId), eq(runbookRuns.slug, slug), isHere, isNull(runbookRuns.endedAt));
    const [run] = made ? [made] : await tx.select().from(runbookRuns).where(open);
    if (!run) refuse("conflict", "It was ended this moment; begin anew");
    const line = { summary: `Runbook begun: ${runbook.title.en}`, data: { runbook: slug, run: run.id } };
    return {
      subject: `runbook:${run.id}`,
      tenantId,
      before: null,
      after: { runbook: slug, version: runbook.version, incident: incidentId ?? null, joined: made === undefined },
      ...told(run.id, about, made ? line : null),
      result: { id: run.id, slug, incident_id: run.incidentId, started_at: run.startedAt.toISOString(), joined: made === undefined },
    };
  },
});
