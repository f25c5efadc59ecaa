import { LIMITS } from "@/lib/platform/limits";
import { ensureLogIdentity, type LogIdentity, signingKeyOf } from "../checkpoint/keys";
import { parseNote, signerOf, signNote } from "../checkpoint/note";
import { countLeaves, keepCheckpoints, keepLeaves, readLastCopied } from "../checkpoint/outside-copy";
import { type AuditorTx, asAuditor, readSize, readSubtrees } from "../read-log";
import { completeSubtrees, rangeHash } from "../tree/subtrees";
import type { SeenLog } from "../tree/verify-proof";

/** The stored log does not lead to a root that was vouched for: signing or copying it would vouch for a lie. */
export class LogChangedError extends Error {
  constructor(size: number) {
    super(`the stored log does not have the root that its checkpoint over ${size} entries says`);
    this.name = "LogChangedError";
  }
}

/** Root of the first `size` entries, from the stored subtrees. */
async function rootAt(tx: AuditorTx, size: number): Promise<Buffer> {
  const range = { from: 0, to: size };
  return rangeHash(range, await readSubtrees(tx, completeSubtrees(range)));
}

/** @throws LogChangedError when the log is shorter than it was, or its beginning another one */
async function requireStill(tx: AuditorTx, size: number, seen: SeenLog): Promise<void> {
  if (seen.size > size || !(await rootAt(tx, seen.size)).equals(seen.root)) throw new LogChangedError(seen.size);
}

interface Kept extends SeenLog {
  readonly at: Date;
  readonly note: string;
}

async function readKept(tx: AuditorTx, above: number, order: "first" | "last"): Promise<Kept[]> {
  const rows = await tx<{ size: string; root: Buffer; at: Date; note: string }[]>`
    select size, root, at, note from audit_checkpoints where size > ${above}::bigint
    order by size ${order === "first" ? tx`asc` : tx`desc`} limit ${order === "first" ? LIMITS.auditReadEntries : 1}`;
  return rows.map((row) => ({ ...row, size: Number(row.size) }));
}

/**
 * Signs a checkpoint when the log has grown and the last one is old enough. It first makes sure that the log still begins with
 * what it vouched for, in the database and outside. Two workers at once sign the same tree; the database keeps one.
 *
 * @returns whether one was signed
 * @throws LogChangedError
 */
async function signCheckpoint(directory: string, identity: LogIdentity, now: Date): Promise<boolean> {
  const copied = await readLastCopied(directory);
  const seen = copied ? parseNote(copied.note) : null;
  return asAuditor("read committed", async (tx) => {
    const size = await readSize(tx);
    const [last] = await readKept(tx, -1, "last");
    if (seen) await requireStill(tx, size, seen);
    if (last) await requireStill(tx, size, last);
    if (size === (last?.size ?? 0) || (last && now.getTime() - last.at.getTime() < LIMITS.auditCheckpointSeconds * 1_000)) return false;
    const key = signingKeyOf(identity);
    const root = await rootAt(tx, size);
    const note = signNote({ origin: identity.origin, size, root, at: now }, key);
    const [row] = await tx<{ kept: boolean }[]>`
      select audit_checkpoint(${size}::bigint, ${root.toString("hex")}, ${now.toISOString()}::text::timestamptz, ${key.keyid}, ${note}) as kept`;
    return row?.kept ?? false;
  });
}

/** Copies the leaves that a checkpoint covers and that are not outside yet. */
async function copyLeaves(tx: AuditorTx, directory: string, size: number): Promise<void> {
  for (let from = await countLeaves(directory); from < size; ) {
    const rows = await tx<{ hash: Buffer }[]>`
      select hash from audit_nodes where level = 0 and position >= ${from}::bigint and position < ${size}::bigint
      order by position limit ${LIMITS.auditReadEntries}`;
    if (rows.length === 0) throw new LogChangedError(size);
    const leaves = rows.map(({ hash }) => hash);
    await keepLeaves(directory, from, leaves);
    from += leaves.length;
  }
}

/**
 * Copies checkpoints that are not outside of the database yet. Every worker does so on its own machine: the more copies, the
 * better. Leaves come first, so that a copied checkpoint always has what it covers beside it.
 *
 * @throws LogChangedError when a checkpoint is not this log's, or what was copied before is no longer part of the log
 */
async function copyOutside(directory: string, { keys }: LogIdentity): Promise<number> {
  const copied = await readLastCopied(directory);
  const seen = copied ? parseNote(copied.note) : null;
  return asAuditor("repeatable read", async (tx) => {
    const waiting = await readKept(tx, seen?.size ?? 0, "first");
    const newest = waiting.at(-1);
    if (!newest) return 0;
    const signed = waiting.map((kept) => {
      const note = parseNote(kept.note);
      const signer = note ? signerOf(note, keys) : null;
      if (!note?.root.equals(kept.root) || note.size !== kept.size || !signer) throw new LogChangedError(kept.size);
      return { note: kept.note, public_key: signer.publicKey };
    });
    for (const kept of waiting) await requireStill(tx, newest.size, kept);
    await copyLeaves(tx, directory, newest.size);
    await keepCheckpoints(directory, signed);
    return signed.length;
  });
}

/** One round of vouching: a checkpoint when one is due, and the copy outside of the database. @throws LogChangedError */
export async function vouch(directory: string, now: Date): Promise<{ signed: boolean; copied: number }> {
  const identity = await ensureLogIdentity(now);
  const signed = await signCheckpoint(directory, identity, now);
  return { signed, copied: await copyOutside(directory, identity) };
}
