import { desc, lte } from "drizzle-orm";
import { z } from "zod";
import { auditCheckpoints } from "@/db/schema/spine";
import type { TenantScope } from "@/lib/access/types";
import { refuse } from "@/lib/kernel/refusal";
import { read } from "@/lib/platform/scope";
import { type LogIdentity, readLogIdentity } from "./checkpoint/keys";
import { placeOfEntry } from "./queries";
import { asAuditor, readSubtrees } from "./read-log";
import { consistencyRanges, inclusionRanges, proofHashes } from "./tree/proofs";
import { completeSubtrees, type Range, type ReadHash } from "./tree/subtrees";

/** Checkpoints say nothing about any tenant. */
const NOBODY: TenantScope = { kind: "set", ids: [] };

/** The newest checkpoint over at most so many entries. */
async function readCheckpointRow(atMost = Number.MAX_SAFE_INTEGER) {
  const [row] = await read(NOBODY, (tx) =>
    tx.select().from(auditCheckpoints).where(lte(auditCheckpoints.size, atMost)).orderBy(desc(auditCheckpoints.size)).limit(1),
  );
  return row ?? null;
}

function keysOf(identity: LogIdentity | null) {
  return identity?.keys.map(({ keyid, publicKey, isRetired }) => ({ keyid, public_key: publicKey, retired: isRetired })) ?? [];
}

/** The newest checkpoint with the keys to check it by; null before the first. */
export async function showCheckpoint() {
  const [row, identity] = await Promise.all([readCheckpointRow(), readLogIdentity()]);
  if (!row) return null;
  const { size, root, at, keyid, note } = row;
  return {
    origin: identity?.origin ?? null,
    size,
    root: root.toString("base64"),
    at: at.toISOString(),
    keyid,
    note,
    keys: keysOf(identity),
  };
}

/** Hashes of all subtrees that some ranges consist of, read at once. */
export async function readRanges(ranges: readonly Range[]): Promise<ReadHash> {
  const subtrees = ranges.flatMap((range) => completeSubtrees(range));
  return asAuditor("read committed", (tx) => readSubtrees(tx, subtrees));
}

const index = z
  .string()
  .regex(/^(0|[1-9]\d{0,15})$/, "a whole number")
  .transform(Number);

/** Which proof is asked for: that an entry (by place or id) is in the log, or that one length of it begins with another. */
export const proofQuery = z
  .strictObject({
    seq: index.optional(),
    id: z.uuid().toLowerCase().optional(),
    size: index.optional(),
    from: index.optional(),
    to: index.optional(),
  })
  .refine(
    ({ seq, id, from, to }) => [seq, id, from ?? to].filter((value) => value !== undefined).length === 1,
    "asks for one of seq, id, or from and to",
  )
  .refine(({ from, to }) => (from === undefined) === (to === undefined), "from and to belong together")
  .refine(({ size, to }) => size === undefined || to === undefined, "size goes with an entry");
export type ProofQuery = z.output<typeof proofQuery>;

async function prove(ranges: readonly Range[]): Promise<string[]> {
  return proofHashes(ranges, await readRanges(ranges)).map((hash) => hash.toString("base64"));
}

async function proveInclusion(seq: number, size: number, note: string | null) {
  if (seq >= size) refuse("conflict", `Entry ${seq} is not among the first ${size} yet: ask again after the next checkpoint`);
  return { kind: "inclusion" as const, seq, size, checkpoint: note, hashes: await prove(inclusionRanges(seq, size)) };
}

/**
 * Proves something about the log, by default for the newest checkpoint.
 *
 * @returns null when there is no such entry in sight
 * @throws Refusal conflict when the log, or its checkpoint, is not that long yet
 */
export async function showProof(scope: TenantScope, { seq, id, size, from, to }: ProofQuery) {
  const newest = await readCheckpointRow();
  const vouched = newest?.size ?? 0;
  if ((size ?? to ?? 0) > vouched) refuse("conflict", `The newest checkpoint covers ${vouched} entries`);
  if (from !== undefined && to !== undefined) {
    if (from > to) refuse("unreadable", "from is at most to", { errors: [{ path: "from", message: "is greater than to" }] });
    return { kind: "consistency" as const, from, to, hashes: await prove(consistencyRanges(from, to)) };
  }
  const place = id === undefined ? seq : await placeOfEntry(scope, id);
  if (place === undefined || place === null) return null;
  return proveInclusion(place, size ?? vouched, size === undefined || size === vouched ? (newest?.note ?? null) : null);
}
