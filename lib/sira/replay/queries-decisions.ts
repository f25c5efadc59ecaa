import { and, desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { siraDecisions } from "@/db/schema/incidents";
import { scopeFor } from "@/lib/access/system-actor";
import type { TenantScope } from "@/lib/access/types";
import { read } from "@/lib/platform/scope";
import { afterPlace, inTenants, pageOf, pageParameters } from "@/lib/platform/web/page";
import { permitItem } from "@/lib/policy/permit/permit-item";
import { propensitiesOf } from "@/lib/sira/decide";
import { confidenceOf } from "@/lib/sira/draw/confidence-of";
import { isHeldOut } from "@/lib/sira/draw/is-held-out";
import { readFeedback } from "@/lib/sira/learning/queries-learning";
import { showBucket } from "@/lib/sira/learning/queries-overview";
import { readModel } from "@/lib/sira/queries-model";
import { type DecisionRow, readAftermath } from "@/lib/sira/replay/queries-replay";
import { replayDecision } from "@/lib/sira/replay/replay-decision";
import { SIRA_ACTIONS } from "@/lib/sira/types";
import { weighActions } from "@/lib/sira/weigh-actions";

/** Filters of the list of decisions. */
export const decisionsQuery = z.strictObject({
  ...pageParameters,
  incident_id: z.uuid().optional(),
  action: z.enum(SIRA_ACTIONS).optional(),
});
type DecisionsQuery = z.output<typeof decisionsQuery>;

type Aftermath = Awaited<ReturnType<typeof readAftermath>> extends Map<string, infer Each> ? Each : never;
const NOTHING: Aftermath = { attempt: null, outcome: null };

function decisionItem({ id, tenantId, incidentId, at, source, request, decision, permit }: DecisionRow, really: Aftermath) {
  const { plugin_id, plugin_key, type, severity, running_version } = request.incident;
  return {
    id,
    tenant_id: tenantId,
    incident_id: incidentId,
    at: at.toISOString(),
    source,
    plugin_id,
    plugin_key,
    type,
    severity,
    running_version,
    decision,
    permit: { kind: permit.kind, required_signatures: permit.requiredSignatures },
    is_held_out: isHeldOut(request),
    really,
  };
}

/** A page of decisions within a scope, newest first. */
export async function listDecisions(scope: TenantScope, query: DecisionsQuery, now: Date) {
  const where = and(
    inTenants(siraDecisions.tenantId, scope),
    query.incident_id === undefined ? undefined : eq(siraDecisions.incidentId, query.incident_id),
    query.action === undefined ? undefined : sql`${siraDecisions.decision} ->> 'action' = ${query.action}`,
    afterPlace(siraDecisions.at, siraDecisions.id, query.cursor),
  );
  return read(scope, async (tx) => {
    const rows = await tx
      .select()
      .from(siraDecisions)
      .where(where)
      .orderBy(desc(siraDecisions.at), desc(siraDecisions.id))
      .limit(query.limit + 1);
    const really = await readAftermath(tx, rows, now);
    return pageOf(
      rows,
      query.limit,
      (row) => decisionItem(row, really.get(row.id) ?? NOTHING),
      ({ at, id }) => ({ at, id }),
    );
  });
}

/** What else could have been done, as the model weighed it then. */
async function optionsOf({ source, request, decision }: DecisionRow) {
  const model = source === "local" ? await read(scopeFor("operate"), (tx) => readModel(tx, decision.model_version)) : null;
  if (!model) return { model, options: [] };
  const options = weighActions(request, model);
  const chances = propensitiesOf(options, request, model);
  return {
    model,
    options: options.map((option, index) => ({
      action: option.action,
      patch_version: option.patchVersion,
      confidence: confidenceOf(option, model),
      spread: Math.sqrt(option.variance),
      propensity: chances[index] ?? 0,
    })),
  };
}

/** One decision of a scope with every input, what else was possible, how such confidences came true, and its replay; or null. */
export async function readDecision(scope: TenantScope, id: string, now: Date) {
  const found = await read(scope, async (tx) => {
    const [row] = await tx
      .select()
      .from(siraDecisions)
      .where(and(eq(siraDecisions.id, id), inTenants(siraDecisions.tenantId, scope)));
    if (!row) return null;
    const really = (await readAftermath(tx, [row], now)).get(row.id) ?? NOTHING;
    const labels = (await readFeedback(tx, row.incidentId)).filter(({ decisionId }) => decisionId === row.id);
    return { row, really, labels };
  });
  if (!found) return null;
  const { row, really, labels } = found;
  const { model, options } = await optionsOf(row);
  return {
    ...decisionItem(row, really),
    request: row.request,
    permit: permitItem(row.permit),
    options,
    bucket: await showBucket(scope, row.decision.confidence, now),
    labels: labels.map(({ outcome, detail, at }) => ({ outcome, detail, at: at.toISOString() })),
    replay: replayDecision(row, model),
  };
}
