import { and, desc, eq, gte, inArray, lt, or, type SQL } from "drizzle-orm";
import { autopatchAttempts, pluginReleases } from "@/db/schema/delivery";
import { siraDecisions } from "@/db/schema/incidents";
import type { TenantScope } from "@/lib/access/types";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { inTenants } from "@/lib/platform/web/page";
import { readOutcomes } from "@/lib/sira/learning/queries-learning";
import type { SiraModel } from "@/lib/sira/model";
import { readModel } from "@/lib/sira/queries-model";
import type { SchemaEffects } from "@/lib/sira/replay/decide-otherwise";

export type DecisionRow = typeof siraDecisions.$inferSelect;
/** Rows held in memory at once; a decision with its inputs is some 5 kB. */
const BATCH = 500;

/** Which decisions: those of one incident, or all of the last days. */
export type Which = { readonly incidentId: string } | { readonly days: number };

function filterOf(scope: TenantScope, which: Which, now: Date): SQL | undefined {
  const own = inTenants(siraDecisions.tenantId, scope);
  if ("incidentId" in which) return and(own, eq(siraDecisions.incidentId, which.incidentId));
  return and(own, gte(siraDecisions.at, new Date(now.getTime() - which.days * 24 * 60 * 60 * 1_000)));
}

/** Walks through stored decisions, newest first, a batch in memory at a time, up to LIMITS.siraReplayRows. @returns how many, and whether there were more */
export async function walkDecisions(
  scope: TenantScope,
  which: Which,
  now: Date,
  visit: (rows: readonly DecisionRow[]) => Promise<void>,
): Promise<{ seen: number; isCut: boolean }> {
  let last: DecisionRow | undefined;
  let seen = 0;
  while (seen < LIMITS.siraReplayRows) {
    const before = last;
    const rows = await read(scope, (tx) =>
      tx
        .select()
        .from(siraDecisions)
        .where(
          and(
            filterOf(scope, which, now),
            before ? or(lt(siraDecisions.at, before.at), and(eq(siraDecisions.at, before.at), lt(siraDecisions.id, before.id))) : undefined,
          ),
        )
        .orderBy(desc(siraDecisions.at), desc(siraDecisions.id))
        .limit(BATCH),
    );
    await visit(rows);
    seen += rows.length;
    last = rows.at(-1);
    if (rows.length < BATCH) return { seen, isCut: false };
  }
  return { seen, isCut: true };
}

/** The models that some decisions were made by; null for one that is not there. Needs the scope "all". */
export async function readModelsOf(tx: ReaderTx, rows: readonly DecisionRow[]): Promise<Map<string, SiraModel | null>> {
  const versions = new Set(rows.filter(({ source }) => source === "local").map(({ decision }) => decision.model_version));
  const models = new Map<string, SiraModel | null>();
  for (const version of versions) models.set(version, await readModel(tx, version));
  return models;
}

/** What releases of some plugins declare about their schema. */
export async function readSchemaEffects(tx: ReaderTx, pluginKeys: readonly string[]): Promise<SchemaEffects> {
  if (pluginKeys.length === 0) return new Map();
  const rows = await tx
    .select({ pluginKey: pluginReleases.pluginKey, version: pluginReleases.version, schemaEffect: pluginReleases.schemaEffect })
    .from(pluginReleases)
    .where(inArray(pluginReleases.pluginKey, [...pluginKeys]));
  return new Map(rows.map(({ pluginKey, version, schemaEffect }) => [`${pluginKey}@${version}`, schemaEffect]));
}

/** What really came of some decisions: the attempt that was made of each, and its settled outcome. */
export async function readAftermath(tx: ReaderTx, rows: readonly DecisionRow[], now: Date) {
  const ids = rows.map(({ id }) => id);
  const attempts = ids.length === 0 ? [] : await tx.select().from(autopatchAttempts).where(inArray(autopatchAttempts.decisionId, ids));
  const outcomes = await readOutcomes(tx, ids, now);
  const byDecision = new Map(attempts.map((attempt) => [attempt.decisionId, attempt]));
  return new Map(
    ids.map((id) => {
      const attempt = byDecision.get(id);
      const made = attempt ? { id: attempt.id, method: attempt.method, status: attempt.status, end_reason: attempt.endReason } : null;
      return [id, { attempt: made, outcome: outcomes.get(id) ?? null }] as const;
    }),
  );
}
