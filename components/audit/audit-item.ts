/** An entry of the audit log as the ops API shows it; times are RFC 3339. */
export interface AuditItem {
  /** Place in the log, from 0; null until it is sealed. */
  readonly seq: number | null;
  readonly id: string;
  readonly at: string;
  readonly tenant_id: string | null;
  readonly actor: string;
  readonly on_behalf_of: string | null;
  readonly command: string;
  readonly outcome: "done" | "refused";
  readonly subject: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly reason: string | null;
  readonly trace_id: string;
  readonly leaf_hash: string | null;
}

/** An entry as a line of the log (`view=row`). */
export type AuditRowItem = Pick<
  AuditItem,
  "seq" | "id" | "at" | "tenant_id" | "actor" | "on_behalf_of" | "command" | "outcome" | "subject"
>;

/** What a check of the log answers (POST /api/ops/audit/verify). */
export interface AuditReport {
  readonly ok: boolean;
  readonly size: number;
  readonly first_bad_index: number | null;
  readonly problem: { readonly index: number; readonly before: number | null; readonly detail: string } | null;
  readonly uncovered: number;
  readonly duration_ms: number;
}
