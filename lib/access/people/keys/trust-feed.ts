import type { TenantScope } from "@/lib/access/types";
import type { Envelope } from "@/lib/delivery/types";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { trustHistory } from "./approver-keys";

const NOBODY: TenantScope = { kind: "set", ids: [] };

let known: { readonly atMs: number; readonly documents: Promise<readonly { version: number; envelope: Envelope }[]> } | null = null;

async function readDocuments() {
  const rows = await read(NOBODY, (tx) => trustHistory(tx, LIMITS.trustDocumentsKnown));
  return rows.flatMap(({ version, envelope }) => (envelope ? [{ version, envelope }] : []));
}

/**
 * Trust documents that an agent lacks, oldest first, as many as one answer carries. Read at most every LIMITS.trustReadMs by each
 * process, since every beat asks.
 *
 * @param version  what the agent says that it has; undefined for one that knows no approver, and so could believe none
 */
export async function trustAfter(version: number | undefined, now: Date): Promise<readonly Envelope[]> {
  if (version === undefined) return [];
  const nowMs = now.getTime();
  if (!known || Math.abs(nowMs - known.atMs) > LIMITS.trustReadMs) {
    const documents = readDocuments();
    known = { atMs: nowMs, documents };
    documents.catch(() => {
      known = null; // whoever asked hears of it; the next one reads again
    });
  }
  const documents = await known.documents;
  return documents
    .filter((document) => document.version > version)
    .slice(0, LIMITS.trustDocumentsPerBeat)
    .map(({ envelope }) => envelope);
}
