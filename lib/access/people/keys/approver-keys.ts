import { and, asc, desc, eq, inArray, sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { approverKeys, trustDocuments } from "@/db/schema/approver-keys";
import { people } from "@/db/schema/people";
import type { WriterTx } from "@/db/writer";
import type { VerifyingKey } from "@/lib/delivery/dsse";
import { type ApproverTrust, trustSchema } from "@/lib/delivery/quorum/trust-document";
import { readPublicKey } from "@/lib/delivery/signing-key";
import { digestOf } from "@/lib/kernel/canonical-json";
import { refuse } from "@/lib/kernel/refusal";

type Selecting = Pick<PostgresJsDatabase, "select">;
export type ApproverKeyRow = typeof approverKeys.$inferSelect;
export type TrustRow = typeof trustDocuments.$inferSelect;

/** What a second person enters a code for when they vouch for a key: exactly this key, of exactly this person. */
export function vouchDigest({ keyid, approver }: Pick<ApproverKeyRow, "keyid" | "approver">): string {
  return digestOf({ do: "vouch_for_key", keyid, approver });
}

/** A key, locked. @throws Refusal not-found */
export async function lockKey(tx: WriterTx, id: string): Promise<ApproverKeyRow> {
  const [row] = await tx.select().from(approverKeys).where(eq(approverKeys.id, id)).for("update");
  return row ?? refuse("not-found", `No key ${id}`);
}

/** Whoever changes whom agents trust does so one after the other. */
export async function lockTrust(tx: WriterTx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(7105669)`);
}

/** Keys in a state, of people who may still act, in the order in which they came. */
export async function keysOf(tx: Selecting, statuses: readonly ApproverKeyRow["status"][]): Promise<ApproverKeyRow[]> {
  const rows = await tx
    .select({ key: approverKeys })
    .from(approverKeys)
    .innerJoin(people, eq(people.id, approverKeys.personId))
    .where(and(inArray(approverKeys.status, [...statuses]), eq(people.isDisabled, false)))
    .orderBy(asc(approverKeys.enrolledAt), asc(approverKeys.id));
  return rows.map(({ key }) => key);
}

/** The keys by which somebody may sign now. */
export async function activeKeysOf(tx: Selecting, approver: string): Promise<VerifyingKey[]> {
  const rows = await keysOf(tx, ["active"]);
  return rows.filter((row) => row.approver === approver).map(({ publicKey }) => readPublicKey(publicKey));
}

/** What a row's bytes say; the other columns only repeat it. */
export function trustIn({ bytes }: Pick<TrustRow, "bytes">): ApproverTrust {
  return trustSchema.parse(JSON.parse(bytes.toString("utf8")));
}

/** The trust document in force, or null while there is none. */
export async function trustInForce(tx: Selecting): Promise<TrustRow | null> {
  const [row] = await tx.select().from(trustDocuments).where(eq(trustDocuments.status, "in_force"));
  return row ?? null;
}

/** Every document that was ever in force, oldest first: an agent takes one after the other. */
export async function trustHistory(tx: Selecting, limit: number): Promise<TrustRow[]> {
  const rows = await tx
    .select()
    .from(trustDocuments)
    .where(inArray(trustDocuments.status, ["in_force", "superseded"]))
    .orderBy(desc(trustDocuments.version))
    .limit(limit);
  return rows.reverse();
}
