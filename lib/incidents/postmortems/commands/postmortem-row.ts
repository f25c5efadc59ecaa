import { and, eq, or, type SQL } from "drizzle-orm";
import { postmortems } from "@/db/schema/aftermath";
import type { WriterTx } from "@/db/writer";
import { refuse } from "@/lib/kernel/refusal";

export type PostmortemRow = typeof postmortems.$inferSelect;

/** @throws Refusal not-found for one that the caller cannot see */
export async function lockPostmortem(tx: WriterTx, postmortemId: string): Promise<PostmortemRow> {
  const [row] = await tx.select().from(postmortems).where(eq(postmortems.id, postmortemId)).for("update");
  return row ?? refuse("not-found", `No postmortem ${postmortemId}`);
}

/** Stores a change as the next revision. */
export async function changePostmortem(
  tx: WriterTx,
  before: PostmortemRow,
  change: Partial<PostmortemRow>,
  now: Date,
): Promise<PostmortemRow> {
  const [after] = await tx
    .update(postmortems)
    .set({ ...change, revision: before.revision + 1, updatedAt: now })
    .where(and(eq(postmortems.tenantId, before.tenantId), eq(postmortems.id, before.id)))
    .returning();
  if (!after) throw new Error(`postmortem ${before.id} was locked and is gone`);
  return after;
}

/** What of a postmortem the audit keeps before and after: its words, which are its history. */
export function auditedPostmortem({ status, revision, title, sections, actions, authors, reviewedBy, publishedBy }: PostmortemRow) {
  return { status, revision, title, sections, actions, authors, reviewedBy, publishedBy };
}

/** What a caller learns of a change. */
export function changedPostmortem({ id, status, revision }: PostmortemRow) {
  return { id, status, revision };
}

/** The one about this incident, whichever kind that is. */
export function isAbout(incidentId: string): SQL | undefined {
  return or(eq(postmortems.incidentId, incidentId), eq(postmortems.moduleIncidentId, incidentId));
}

/** The event by which pages learn of it. */
export function postmortemEvent({ id, incidentId, moduleIncidentId }: PostmortemRow) {
  const about = incidentId === null ? { moduleIncidentId } : { incidentId };
  return { name: "postmortem.changed", payload: { postmortemId: id, ...about } };
}
