import { LIMITS } from "@/lib/platform/limits";
import { readLogIdentity } from "../checkpoint/keys";
import { countLeaves, readCopied, readLeaves } from "../checkpoint/outside-copy";
import { LEAF_COLUMNS } from "../leaf";
import { type AuditorTx, asAuditor, readCompleted, readSubtrees } from "../read-log";
import { Frontier } from "../tree/frontier";
import { completeSubtrees, type Subtree } from "../tree/subtrees";
import { LogWalk, type StoredEntry } from "./log-walk";
import { firstProblem, type Problem } from "./problem";
import { type FoundCheckpoint, readWitnesses } from "./witnesses";

/** What a check of the log found. Counts are entries. */
export interface LogReport {
  readonly ok: boolean;
  /** Sealed entries that were found good. */
  readonly size: number;
  readonly first_bad_index: number | null;
  readonly problem: Problem | null;
  /** From where on entries were recomputed; 0 unless an earlier check was trusted. */
  readonly checked_from: number;
  readonly checkpoints: number;
  /** The copy outside of the database; null when there is none here. */
  readonly outside: { readonly checkpoints: number; readonly size: number; readonly leaves: number } | null;
  /** Committed entries that have no place yet. */
  readonly unsealed: number;
  /** Entries newer than the last checkpoint outside of the database: nothing but the database vouches for them. */
  readonly uncovered: number;
  readonly duration_ms: number;
}

interface VerifyOptions {
  /** Folder of the copy outside of the database. */
  readonly directory: string;
  /** Entries before this one were found good by an earlier check, and are taken from the stored tree. */
  readonly from?: number;
}

/** The copy as it was before the database was looked at: what is copied later may be newer than the snapshot. */
interface Outside {
  readonly directory: string;
  readonly notes: readonly string[];
  readonly leaves: number;
}

async function readOutside(directory: string): Promise<Outside> {
  return { directory, notes: (await readCopied(directory)).map(({ note }) => note), leaves: await countLeaves(directory) };
}

async function findCheckpoints(tx: AuditorTx, { notes }: Outside): Promise<FoundCheckpoint[]> {
  const rows = await tx<{ size: string; root: Buffer; note: string }[]>`select size, root, note from audit_checkpoints order by size`;
  const inDatabase = rows.map(({ size, root, note }) => ({ where: "database", note, row: { size: Number(size), root } }) as const);
  return [...inDatabase, ...notes.map((note) => ({ where: "outside", note, row: null }) as const)];
}

const nameOf = ({ level, position }: Subtree) => `${level}/${position}`;

/** Holds one batch of entries against the evidence about them. */
async function walkBatch(tx: AuditorTx, walk: LogWalk, entries: readonly StoredEntry[], directory: string): Promise<Problem | null> {
  const from = walk.size;
  const completed = await readCompleted(tx, from, from + entries.length);
  const stored = new Map(completed.map((subtree) => [nameOf(subtree), subtree.hash]));
  const outside = await readLeaves(directory, from, entries.length);
  for (const [place, entry] of entries.entries()) {
    const found = walk.take(entry, { stored: (subtree) => stored.get(nameOf(subtree)), outside: outside[place] });
    if (found) return found;
  }
  return null;
}

async function walkAll(tx: AuditorTx, walk: LogWalk, { directory, leaves }: Outside): Promise<Problem | null> {
  await tx.unsafe(
    `declare entries no scroll cursor for select audit_entries.seq::float8 as seq, ${LEAF_COLUMNS}, leaf_hash from audit_entries
     where seq is not null and (seq >= $1::text::bigint or seq < 0) order by audit_entries.seq`,
    [String(walk.size)],
  );
  for (;;) {
    const entries = await tx.unsafe<StoredEntry[]>(`fetch ${LIMITS.auditReadEntries} from entries`);
    if (entries.length === 0) break;
    const found = await walkBatch(tx, walk, entries, directory);
    if (found) return found;
  }
  const [tree] = await tx<{ stored: string }[]>`select coalesce(max(position) + 1, 0) as stored from audit_nodes where level = 0`;
  return walk.end({ stored: Number(tree?.stored ?? 0), copied: leaves });
}

/** Seals of beats say which digest a process' batches had reached; the batches that are still kept must agree. */
async function findUnagreedIngest(tx: AuditorTx): Promise<Problem | null> {
  const [row] = await tx<{ seq: number }[]>`
    select e.seq::float8 as seq from audit_entries e join ingest_batches b
      on b.process_id::text = substr(e.subject, 8) and b.batch_no::text = e.after ->> 'to_batch'
    where e.seq is not null and e.command = 'ingest.seal' and e.outcome = 'done' and encode(b.digest, 'hex') <> e.after ->> 'digest'
    order by e.seq limit 1`;
  if (!row) return null;
  return { kind: "ingest", index: row.seq, before: null, detail: `The beats that entry ${row.seq} sealed are not what is stored now` };
}

async function edgeAt(tx: AuditorTx, from: number): Promise<Frontier> {
  return Frontier.read(from, await readSubtrees(tx, completeSubtrees({ from: 0, to: from })));
}

async function check(tx: AuditorTx, outside: Outside, from: number): Promise<Omit<LogReport, "duration_ms">> {
  const { witnesses, problems } = readWitnesses(await findCheckpoints(tx, outside), await readLogIdentity());
  const walk = new LogWalk(witnesses, await edgeAt(tx, from));
  const problem = firstProblem([await walkAll(tx, walk, outside), ...problems]) ?? (await findUnagreedIngest(tx));
  const [rows] = await tx<{ sealed: string; unsealed: string }[]>`
    select count(seq) as sealed, count(*) - count(seq) as unsealed from audit_entries`;
  const size = Math.max(0, ...witnesses.flatMap((witness) => (witness.where === "outside" ? witness.size : [])));
  return {
    ok: problem === null,
    size: walk.size,
    first_bad_index: problem?.index ?? null,
    problem,
    checked_from: from,
    checkpoints: witnesses.filter(({ where }) => where === "database").length,
    outside: outside.notes.length === 0 ? null : { checkpoints: outside.notes.length, size, leaves: outside.leaves },
    unsealed: Number(rows?.unsealed ?? 0),
    uncovered: Math.max(0, Number(rows?.sealed ?? 0) + Number(rows?.unsealed ?? 0) - size),
  };
}

/**
 * Checks the whole log in one snapshot: streams the entries, recomputes every hash, subtree and root, and holds them against the
 * stored tree, all checkpoints and the copy outside of the database.
 *
 * @returns the first bad index of any edit, deletion, insertion, swap, truncation or fork, whoever made it
 */
export async function verifyLog({ directory, from = 0 }: VerifyOptions): Promise<LogReport> {
  const startedMs = performance.now();
  const outside = await readOutside(directory);
  const report = await asAuditor("repeatable read", (tx) => check(tx, outside, from));
  return { ...report, duration_ms: Math.round(performance.now() - startedMs) };
}
