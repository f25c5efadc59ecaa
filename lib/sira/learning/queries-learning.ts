import { desc, eq, gte, sql } from "drizzle-orm";
import { siraDecisions, siraLearningFeedback } from "@/db/schema/incidents";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";
import { type Label, settleLabels } from "@/lib/sira/learning/settle-labels";
import type { LearningRow } from "@/lib/sira/outcomes";

type FeedbackRow = typeof siraLearningFeedback.$inferSelect;

/** Labels belong together when they are about the same decision; what a person ordered has none and teaches nothing. */
function byDecision(rows: readonly FeedbackRow[]): Map<string, FeedbackRow[]> {
  const groups = new Map<string, FeedbackRow[]>();
  for (const row of rows) {
    if (row.decisionId === null) continue;
    const group = groups.get(row.decisionId);
    if (group) group.push(row);
    else groups.set(row.decisionId, [row]);
  }
  return groups;
}

function labelOf({ outcome, at, watch }: FeedbackRow): Label {
  return { outcome, at: at.getTime(), watch: watch ?? null };
}

/** Decisions within the tenants of the transaction whose outcome is settled by now, newest last, bounded in days and rows. */
export async function readLearningRows(tx: ReaderTx, now: Date): Promise<(LearningRow & { decisionId: string; tenantId: string })[]> {
  const since = new Date(now.getTime() - LIMITS.siraLearnDays * 24 * 60 * 60 * 1_000);
  const rows = await tx
    .select({ feedback: siraLearningFeedback, decidedAt: siraDecisions.at })
    .from(siraLearningFeedback)
    .innerJoin(
      siraDecisions,
      sql`${siraDecisions.tenantId} = ${siraLearningFeedback.tenantId} and ${siraDecisions.id} = ${siraLearningFeedback.decisionId}`,
    )
    .where(gte(siraLearningFeedback.at, since))
    .orderBy(desc(siraLearningFeedback.at), desc(siraLearningFeedback.id))
    .limit(LIMITS.siraLearnRows);
  const decided = new Map(rows.map(({ feedback, decidedAt }) => [feedback.decisionId, decidedAt.getTime()]));
  return [...byDecision(rows.map(({ feedback }) => feedback))].flatMap(([decisionId, group]) => {
    const settled = settleLabels(group.map(labelOf), now.getTime());
    const [first] = group;
    if (!settled || !first?.input || !first.output) return [];
    const { input: request, output: decision, tenantId } = first;
    return [{ decisionId, tenantId, request, decision, decidedAt: decided.get(decisionId) ?? settled.knownAt, ...settled }];
  });
}

/** What became of some decisions, by decision: null while nothing is settled. */
export async function readOutcomes(tx: ReaderTx, decisionIds: readonly string[], now: Date): Promise<Map<string, string>> {
  if (decisionIds.length === 0) return new Map();
  const rows = await tx
    .select()
    .from(siraLearningFeedback)
    .where(sql`${siraLearningFeedback.decisionId} = any (${sql.param(`{${decisionIds.join(",")}}`)}::uuid[])`);
  const settled = [...byDecision(rows)].flatMap(([decisionId, group]) => {
    const outcome = settleLabels(group.map(labelOf), now.getTime())?.outcome;
    return outcome ? [[decisionId, outcome] as const] : [];
  });
  return new Map(settled);
}

/** Labels of one incident, oldest first. */
export async function readFeedback(tx: ReaderTx, incidentId: string) {
  return tx.select().from(siraLearningFeedback).where(eq(siraLearningFeedback.incidentId, incidentId)).orderBy(siraLearningFeedback.at);
}
