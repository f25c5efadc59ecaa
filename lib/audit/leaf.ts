import { canonicalJson } from "@/lib/kernel/canonical-json";

/** An entry as the log holds it. Every column but the hash is a member, so that a change of any of them is another leaf. */
export type LeafEntry = {
  /** Place in the log, from 0: two entries that changed places are two bad ones. */
  readonly seq: number;
  readonly id: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string;
  readonly tenant_id: string | null;
  readonly actor: string;
  readonly on_behalf_of: string | null;
  readonly command: string;
  readonly outcome: string;
  readonly subject: string;
  /** JSON text as PostgreSQL writes it: a parsed number may not hold all digits of the stored one. */
  readonly before: string | null;
  readonly after: string | null;
  readonly reason: string | null;
  readonly trace_id: string;
  /** The database's own id of the transaction that wrote it. */
  readonly xid: string;
};

/** An entry that has no place yet. */
export type UnsealedEntry = Omit<LeafEntry, "seq">;

/** The columns of an entry as a leaf has them, for every statement that reads leaves. */
export const LEAF_COLUMNS = `id::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, tenant_id::text, actor, on_behalf_of, command,
  outcome, subject, before::text, after::text, reason, trace_id, xid::text`;

/** The bytes that are hashed: RFC 8785 over the entry's own members, whatever else the object carries. */
export function leafText(entry: LeafEntry): string {
  const { seq, id, at, tenant_id, actor, on_behalf_of, command, outcome, subject, before, after, reason, trace_id, xid } = entry;
  const leaf = { seq, id, at, tenant_id, actor, on_behalf_of, command, outcome, subject, before, after, reason, trace_id, xid };
  return canonicalJson(leaf);
}
