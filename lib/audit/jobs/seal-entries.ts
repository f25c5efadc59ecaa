import { LIMITS } from "@/lib/platform/limits";
import { LEAF_COLUMNS, leafText, type UnsealedEntry } from "../leaf";
import { type AuditorTx, asAuditor, readSize, readSubtrees } from "../read-log";
import { Frontier } from "../tree/frontier";
import { leafHash } from "../tree/hash";
import { completeSubtrees, type HashedSubtree } from "../tree/subtrees";

/** An array as PostgreSQL reads it; for ids, numbers and hex alone. */
const arrayOf = (values: readonly (string | number)[]) => `{${values.join(",")}}`;

async function store(
  tx: AuditorTx,
  first: number,
  entries: readonly UnsealedEntry[],
  leaves: readonly Buffer[],
  completed: readonly HashedSubtree[],
) {
  const ids = arrayOf(entries.map(({ id }) => id));
  const hashes = arrayOf(leaves.map((leaf) => leaf.toString("hex")));
  await tx`select audit_seal(${first}::bigint, ${ids}::text::uuid[], ${hashes}::text::text[],
    ${arrayOf(completed.map(({ level }) => level))}::text::integer[], ${arrayOf(completed.map(({ position }) => position))}::text::bigint[],
    ${arrayOf(completed.map(({ hash }) => hash.toString("hex")))}::text::text[])`;
}

/**
 * Seals committed entries: gives each its place and hash, and stores the subtrees that this completes.
 *
 * What order, and why none is skipped: a transaction may commit late with ids and times older than what is sealed already, so
 * there is no cursor that could pass it by; whatever is committed and has no place yet is taken, by time and id within one pass.
 * The place is the order in which entries became visible; it is total because only one pass runs at a time. That is kept by a lock of the
 * transaction, which the database lets go with the connection: a worker that is killed delays nobody, and leaves nothing half done.
 *
 * @returns how many it sealed; 0 also when another worker is at it
 * @throws MissingSubtreeError or a unique violation when the stored log is not whole: nothing is put on top of a cut log
 */
async function sealEntries(): Promise<number> {
  return asAuditor("read committed", async (tx) => {
    const [lock] = await tx<{ mine: boolean }[]>`select pg_try_advisory_xact_lock(7105663) as mine`;
    if (!lock?.mine) return 0;
    const entries = await tx.unsafe<UnsealedEntry[]>(
      `select ${LEAF_COLUMNS} from audit_entries where seq is null order by audit_entries.at, audit_entries.id limit ${LIMITS.auditSealEntries}`,
    );
    if (entries.length === 0) return 0;
    const first = await readSize(tx);
    const frontier = Frontier.read(first, await readSubtrees(tx, completeSubtrees({ from: 0, to: first })));
    const leaves = entries.map((entry, index) => leafHash(leafText({ ...entry, seq: first + index })));
    const completed = leaves.flatMap((leaf) => frontier.append(leaf));
    await store(tx, first, entries, leaves, completed);
    return entries.length;
  });
}

/** Seals until nothing waits: after a burst, or a time without a worker. */
export async function sealAll(): Promise<number> {
  let total = 0;
  for (let sealed = await sealEntries(); sealed > 0; sealed = await sealEntries()) {
    total += sealed;
    if (sealed < LIMITS.auditSealEntries) break;
  }
  return total;
}
