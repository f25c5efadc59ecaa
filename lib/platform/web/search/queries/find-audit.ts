import { desc, eq } from "drizzle-orm";
import { auditEntries } from "@/db/schema/spine";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";
import type { Words } from "../read-words";
import type { Found } from "../types";

/** What was done in the trace that was typed, newest first; by an index. Words are looked for on the page of the log. */
export async function findAudit(tx: ReaderTx, { traceId }: Words): Promise<readonly Found[]> {
  if (traceId === null) return [];
  const { id, command, subject, outcome, at } = auditEntries;
  const rows = await tx
    .select({ command, subject, outcome, at })
    .from(auditEntries)
    .where(eq(auditEntries.traceId, traceId))
    .orderBy(desc(at), desc(id))
    .limit(LIMITS.searchItemsPerKind);
  return rows.map((row) => ({
    kind: "audit",
    id: traceId,
    title: row.command,
    detail: row.subject,
    tenant_name: null,
    severity: null,
    status: row.outcome,
    at: row.at.toISOString(),
  }));
}
