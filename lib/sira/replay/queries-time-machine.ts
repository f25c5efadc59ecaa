import { z } from "zod";
import { scopeFor } from "@/lib/access/system-actor";
import type { TenantScope } from "@/lib/access/types";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { policySchema } from "@/lib/policy/types";
import { readModel } from "@/lib/sira/queries-model";
import { decideOtherwise, type Supposition, type Verdict } from "@/lib/sira/replay/decide-otherwise";
import { type DecisionRow, readAftermath, readSchemaEffects, walkDecisions } from "@/lib/sira/replay/queries-replay";

/** POST /api/ops/sira/time-machine: what would have been decided otherwise. At least one thing has to be supposed. */
export const timeMachineQuestion = z
  .strictObject({
    days: z.number().int().min(1).max(LIMITS.siraReplayDays).default(30),
    /** Members of the policy, flat as PUT /api/ops/policy takes them. */
    policy: policySchema.partial().default({}),
    /** A model to decide by; left out, SIRA's proposals stay as they were. */
    model_version: z.string().min(1).max(64).optional(),
  })
  .refine(({ policy, model_version }) => Object.keys(policy).length > 0 || model_version !== undefined, "nothing is supposed otherwise");
type TimeMachineQuestion = z.output<typeof timeMachineQuestion>;

function verdictItem({ action, patchVersion, confidence, kind, requiredSignatures, stoppedBy }: Verdict) {
  return { action, patch_version: patchVersion, confidence, permit: kind, required_signatures: requiredSignatures, stopped_by: stoppedBy };
}

type Found = { readonly row: DecisionRow; readonly was: Verdict; readonly would: Verdict };

async function supposition({ policy, model_version }: TimeMachineQuestion): Promise<Supposition> {
  if (model_version === undefined) return { policy, model: null };
  const model = await read(scopeFor("operate"), (tx) => readModel(tx, model_version));
  return {
    policy,
    model: model ?? refuse("invalid", `No model ${model_version}`, { errors: [{ path: "model_version", message: "unknown" }] }),
  };
}

/** Which of a scope's decisions would have come out otherwise: the newest in full, with what really happened, and all of them counted. */
export async function travel(scope: TenantScope, question: TimeMachineQuestion, now: Date) {
  const supposed = await supposition(question);
  const found: Found[] = [];
  const moves = new Map<string, number>();
  let differing = 0;
  const { seen, isCut } = await walkDecisions(scope, { days: question.days }, now, async (rows) => {
    const keys = [...new Set(rows.map(({ request }) => request.incident.plugin_key))];
    const effects = supposed.model ? await read(scope, (tx) => readSchemaEffects(tx, keys)) : new Map();
    for (const row of rows) {
      const difference = decideOtherwise(row, supposed, effects);
      if (!difference) continue;
      differing += 1;
      const move = `${difference.was.action} ${difference.was.kind} → ${difference.would.action} ${difference.would.kind}`;
      moves.set(move, (moves.get(move) ?? 0) + 1);
      if (found.length < LIMITS.siraDifferencesShown) found.push({ row, ...difference });
    }
  });
  const aftermath = await read(scope, (tx) =>
    readAftermath(
      tx,
      found.map(({ row }) => row),
      now,
    ),
  );
  return {
    days: question.days,
    replayed: seen,
    is_cut: isCut,
    differing,
    moves: [...moves].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([move, count]) => ({ move, count })),
    items: found.map(({ row, was, would }) => ({
      decision_id: row.id,
      incident_id: row.incidentId,
      tenant_id: row.tenantId,
      plugin_key: row.request.incident.plugin_key,
      type: row.request.incident.type,
      severity: row.request.incident.severity,
      at: row.at.toISOString(),
      was: verdictItem(was),
      would: verdictItem(would),
      really: aftermath.get(row.id) ?? { attempt: null, outcome: null },
    })),
  };
}
