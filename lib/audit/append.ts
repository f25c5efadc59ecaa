import { sql } from "drizzle-orm";
import type { WriterTx } from "@/db/writer";
import { type AuditEntry, auditable } from "./entry";
import { sealIdentities } from "./identities/seal-identities";

/**
 * Appends one entry in the gateway's transaction; the database adds the transaction id. An entry that cannot be written fails the action. Who
 * somebody is stands behind an alias, so that it can be erased and the log stays as it was written.
 */
export async function appendAudit(tx: WriterTx, entry: AuditEntry): Promise<void> {
  const { actor, onBehalfOf, subject, reason } = entry;
  const plain = { actor, onBehalfOf, subject, reason, before: auditable(entry.before), after: auditable(entry.after) };
  const said = await sealIdentities(tx, plain, entry.at);
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
  await tx.execute(sql`select audit_append(
    ${entry.id}::uuid, ${entry.at.toISOString()}::timestamptz, ${entry.tenantId}::uuid, ${said.actor}, ${said.onBehalfOf}, ${entry.command},
    ${entry.outcome}, ${said.subject}, ${json(said.before)}::jsonb, ${json(said.after)}::jsonb, ${said.reason}, ${entry.traceId})`);
}
