import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Actor } from "@/lib/access/types";
import { runCommand } from "@/lib/gateway/run-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { readLogIdentity } from "../checkpoint/keys";
import { type ParsedNote, parseNote, signerOf } from "../checkpoint/note";
import { countLeaves, readCopied, readLeaves } from "../checkpoint/outside-copy";
import { acceptRestore } from "../commands/accept-restore";
import { asAuditor, readSize } from "../read-log";
import { verifyLog } from "../verify/verify-log";

/** What a restored database lacks of the log, by the copy outside of it. */
interface Loss {
  /** Entries that both hold. */
  readonly kept: number;
  /** Entries that only the copy outside knows, as hashes. */
  readonly lost: number;
  /** The last checkpoint that both hold, and the last one outside. */
  readonly lastKept: ParsedNote | null;
  readonly last: ParsedNote;
}

/** How many entries the database and the copy outside have in common, from the first on. */
async function countCommon(directory: string, size: number): Promise<number> {
  for (let from = 0; from < size; from += LIMITS.auditReadEntries) {
    const outside = await readLeaves(directory, from, LIMITS.auditReadEntries);
    const inside = await asAuditor("read committed", async (tx) => {
      const rows = await tx<{ hash: Buffer }[]>`
        select hash from audit_nodes where level = 0 and position >= ${from}::bigint and position < ${from + outside.length}::bigint order by position`;
      return rows.map(({ hash }) => hash);
    });
    const same = outside.findIndex((leaf, index) => !inside[index]?.equals(leaf));
    if (same >= 0) return from + same;
    if (outside.length < LIMITS.auditReadEntries) return from + outside.length;
  }
  return size;
}

/** The checkpoints outside, each signed by this log's own key. */
async function readSigned(directory: string): Promise<ParsedNote[]> {
  const identity = await readLogIdentity();
  return (await readCopied(directory)).map(({ note }) => {
    const parsed = parseNote(note);
    const isOwn = parsed && identity && parsed.origin === identity.origin && signerOf(parsed, identity.keys);
    return isOwn ? parsed : refuse("conflict", "The copy outside holds a checkpoint that this log never signed: that is no restore");
  });
}

/** The database by itself must be whole: a backup is a shorter log, not another one. */
async function requireWholeInside(): Promise<void> {
  const nowhere = await mkdtemp(path.join(tmpdir(), "audit-none-"));
  const { problem } = await verifyLog({ directory: nowhere }).finally(() => rm(nowhere, { recursive: true, force: true }));
  if (problem) refuse("conflict", `The database's own log is not whole, so this is no restored backup: ${problem.detail}`);
}

async function findLoss(directory: string): Promise<Loss> {
  await requireWholeInside();
  const signed = await readSigned(directory);
  const last = signed.at(-1) ?? refuse("conflict", "There is no copy outside of the database here, hence nothing that is missing");
  const size = await asAuditor("read committed", readSize);
  const outside = await countLeaves(directory);
  const kept = await countCommon(directory, Math.min(size, outside));
  if (kept >= outside) refuse("conflict", "The database holds everything that was copied outside: nothing is missing");
  return { kept, lost: outside - kept, lastKept: signed.findLast((note) => note.size <= kept) ?? null, last };
}

interface Acceptance {
  /** Folder of the copy outside of the database. */
  readonly directory: string;
  readonly actor: Actor;
  readonly now: Date;
  readonly reason: string;
  /** How many entries are given up, as whoever accepts it was told; null only asks. */
  readonly lost: number | null;
}

/**
 * Lets a database that was restored from a backup go on, though the copy outside knows a longer log. The copy is kept beside the new
 * one, the loss is an entry of the log, and checkpoints that agents saw of the lost span are no forks any more.
 *
 * A crash in between leaves the old copy in place: the log still counts as cut, and the same order is given again.
 *
 * @returns what is lost, and where the old copy lies once it was accepted
 * @throws Refusal conflict where the log was not simply cut back, or where more or less is lost than was said
 */
export async function acceptRestoredLog({ directory, actor, now, reason, lost }: Acceptance) {
  const loss = await findLoss(directory);
  if (lost === null) return { kept: loss.kept, lost: loss.lost, newest_lost: loss.last.at.toISOString(), kept_copy: null };
  if (lost !== loss.lost) refuse("conflict", `${loss.lost} entries are lost, not ${lost}`);
  const span = { kept: loss.kept, from: loss.lastKept?.at ?? new Date(0), until: loss.last.at };
  const input = { span, entries: loss.lost, lastRoot: loss.last.root.toString("hex"), reason };
  await runCommand(acceptRestore, { input, actor, now });
  const keptCopy = `${directory}.before-${now.toISOString().replace(/[:.]/g, "-")}`;
  await rename(directory, keptCopy);
  return { kept: loss.kept, lost: loss.lost, newest_lost: loss.last.at.toISOString(), kept_copy: keptCopy };
}
