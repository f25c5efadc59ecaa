import { type SQL, sql } from "drizzle-orm";
import { auditEntries } from "@/db/schema/spine";
import type { TenantScope } from "@/lib/access/types";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { openIdentities } from "../identities/open-identities";
import { LEAF_COLUMNS, type LeafEntry, leafText } from "../leaf";
import { type AuditFilters, matching } from "../queries";
import { readRanges, showCheckpoint } from "../queries-proofs";
import { leafHash } from "../tree/hash";
import { inclusionRanges, proofHashes } from "../tree/proofs";
import { csvLine } from "./csv";

export const EXPORT_FORMATS = ["ndjson", "csv"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const COLUMNS = [
  "seq",
  "id",
  "at",
  "tenant_id",
  "actor",
  "on_behalf_of",
  "command",
  "outcome",
  "subject",
  "before",
  "after",
  "reason",
  "trace_id",
  "xid",
] as const;

/** Sealed entries that match, from a place on, in the order of the log. */
async function readBatch(scope: TenantScope, where: SQL, from: number): Promise<LeafEntry[]> {
  const rows = await read(scope, (tx) =>
    tx.execute<LeafEntry>(sql`select ${auditEntries}.seq::float8 as seq, ${sql.raw(LEAF_COLUMNS)} from ${auditEntries}
      where ${auditEntries.seq} >= ${from} and ${where} order by ${auditEntries.seq} limit ${LIMITS.auditReadEntries}`),
  );
  return [...rows];
}

async function* batches(scope: TenantScope, filters: AuditFilters): AsyncGenerator<LeafEntry[]> {
  let sent = 0;
  const where = (await matching(filters)) ?? sql`true`;
  for (let batch = await readBatch(scope, where, 0); batch.length > 0; ) {
    yield batch;
    sent += batch.length;
    if (batch.length < LIMITS.auditReadEntries || sent >= LIMITS.auditExportEntries) return;
    batch = await readBatch(scope, where, (batch.at(-1)?.seq ?? 0) + 1);
  }
}

function peopleOf(entry: LeafEntry, opened: LeafEntry | undefined) {
  if (!opened || opened.actor === entry.actor) return {};
  return { actor: opened.actor };
}

/** Entries with the hashes that lead from each to the checkpoint's root; null for those that it does not cover yet. */
async function provenLines(entries: readonly LeafEntry[], size: number): Promise<string> {
  const read = await readRanges(entries.flatMap(({ seq }) => (seq < size ? inclusionRanges(seq, size) : [])));
  const opened = await openIdentities(entries);
  const lines = entries.map((entry, index) => {
    const proof = entry.seq < size ? proofHashes(inclusionRanges(entry.seq, size), read).map((hash) => hash.toString("base64")) : null;
    return JSON.stringify({
      type: "entry",
      entry: JSON.parse(leafText(entry)),
      // What is proven holds aliases; who they are is said beside it, for as long as it is known.
      ...peopleOf(entry, opened[index]),
      leaf_hash: leafHash(leafText(entry)).toString("hex"),
      proof,
    });
  });
  return lines.map((line) => `${line}\n`).join("");
}

/**
 * Entries within a scope as text, batch by batch, in the order of the log.
 *
 * `ndjson` begins with the newest checkpoint and its keys; each entry carries its proof, so that scripts/operate/verify-audit-export.mjs
 * checks the file without a database. It holds the log's aliases of people, and beside an entry who acted. `csv` is for spreadsheets and proves nothing. Entries without a place yet are left out.
 */
export async function* exportEntries(scope: TenantScope, filters: AuditFilters, format: ExportFormat): AsyncGenerator<string> {
  if (format === "csv") {
    yield csvLine(COLUMNS);
    for await (const entries of batches(scope, filters)) {
      yield (await openIdentities(entries)).map((entry) => csvLine(COLUMNS.map((name) => entry[name]))).join("");
    }
    return;
  }
  const checkpoint = await showCheckpoint();
  yield `${JSON.stringify({ type: "checkpoint", ...checkpoint })}\n`;
  for await (const entries of batches(scope, filters)) yield await provenLines(entries, checkpoint?.size ?? 0);
}
