import { sql } from "drizzle-orm";
import type { WriterTx } from "@/db/writer";
import { type AuditEntry, auditable } from "./entry";

/** Appends one entry in the gateway's transaction; the database adds the transaction id. An entry that cannot be written fails the action. */
export async function appendAudit(tx: WriterTx, entry: AuditEntry): Promise<void> {
  const json = (value: unknown) => (value === null || value === undefined ? null : JSON.stringify(auditable(value)));
  await tx.execute(sql`select audit_append(
    ${entry.id}::uuid, ${entry.at.toISOString()}::timestamptz, ${entry.tenantId}::uuid, ${entry.actor}, ${entry.onBehalfOf}, ${entry.command},
    ${entry.outcome}, ${entry.subject}, ${json(entry.before)}::jsonb, ${json(entry.after)}::jsonb, ${entry.reason}, ${entry.traceId})`);
}
