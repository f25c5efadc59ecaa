import { and, asc, desc, eq, inArray, isNull } from "drizzle-orm";
import { z } from "zod";
import { runbookRuns, runbookSteps } from "@/db/schema/aftermath";
import type { TenantScope } from "@/lib/access/types";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { inTenants } from "@/lib/platform/web/page";
import { RUNBOOK_ACTIONS } from "./actions";
import { RUNBOOKS, runbookOf } from "./catalogue";
import { currentStep } from "./progress";
import type { Runbook } from "./types";

export const runsQuery = z.strictObject({
  incident_id: z.uuid().optional(),
  slug: z.string().max(40).optional(),
  without_incident: z.literal("true").optional(),
});

/** A runbook as the API shows it: each action with its command and danger, and where its button is not about an incident. */
export function runbookItem(runbook: Runbook) {
  const steps = runbook.steps.map((step) => {
    if (step.kind !== "action") return step;
    const { command, danger, href } = RUNBOOK_ACTIONS[step.action];
    return { ...step, command, danger, href: href({ incidentId: null, pluginId: null }) };
  });
  return { ...runbook, steps };
}

/** Every runbook there is. They are the same for everybody. */
export function listRunbooks() {
  return { items: RUNBOOKS.map(runbookItem), next_cursor: null };
}

async function withSteps(tx: ReaderTx, runs: readonly (typeof runbookRuns.$inferSelect)[]) {
  const ids = runs.map(({ id }) => id);
  const steps =
    ids.length === 0
      ? []
      : await tx.select().from(runbookSteps).where(inArray(runbookSteps.runId, ids)).orderBy(asc(runbookSteps.at), asc(runbookSteps.id));
  return runs.map((run) => {
    const own = steps.filter(({ runId }) => runId === run.id);
    const runbook = runbookOf(run.slug);
    return {
      id: run.id,
      slug: run.slug,
      version: run.version,
      incident_id: run.incidentId,
      started_by: run.startedBy,
      started_at: run.startedAt.toISOString(),
      ended_at: run.endedAt?.toISOString() ?? null,
      /** The step to do next; null at the end, and once it was ended. */
      current: run.endedAt || !runbook ? null : (currentStep(runbook, own)?.id ?? null),
      steps: own.map(({ id, stepId, outcome, actor, at, note, evidence }) => {
        return { id, step_id: stepId, outcome, actor, at: at.toISOString(), note, evidence };
      }),
    };
  });
}

/** Who followed which runbook how far, newest first. */
export async function listRuns(scope: TenantScope, { incident_id, slug, without_incident }: z.output<typeof runsQuery>) {
  const where = and(
    inTenants(runbookRuns.tenantId, scope),
    incident_id === undefined ? undefined : eq(runbookRuns.incidentId, incident_id),
    slug === undefined ? undefined : eq(runbookRuns.slug, slug),
    without_incident ? isNull(runbookRuns.incidentId) : undefined,
  );
  const items = await read(scope, async (tx) => {
    const runs = await tx.select().from(runbookRuns).where(where).orderBy(desc(runbookRuns.startedAt)).limit(LIMITS.runbookRunsShown);
    return withSteps(tx, runs);
  });
  return { items, next_cursor: null };
}

/** One run of a scope with everything that was recorded, or null. */
export async function readRun(scope: TenantScope, runId: string) {
  const [item] = await read(scope, async (tx) => {
    const where = and(inTenants(runbookRuns.tenantId, scope), eq(runbookRuns.id, runId));
    return withSteps(tx, await tx.select().from(runbookRuns).where(where));
  });
  return item ?? null;
}
