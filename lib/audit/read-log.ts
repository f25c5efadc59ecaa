import type postgres from "postgres";
import { auditor } from "@/db/auditor";
import { scopeFor } from "@/lib/access/system-actor";
import { scopeSettings } from "@/lib/platform/scope";
import type { HashedSubtree, ReadHash, Subtree } from "./tree/subtrees";

/** A transaction of the auditor, over all tenants. */
export type AuditorTx = postgres.TransactionSql;

/** Works on the log as the auditor, in one snapshot where that is asked for. */
export async function asAuditor<T>(isolation: "read committed" | "repeatable read", work: (tx: AuditorTx) => Promise<T>): Promise<T> {
  const { tenants, all } = scopeSettings(scopeFor("seal"));
  return (await auditor().begin(`isolation level ${isolation}`, async (tx) => {
    await tx`select set_config('center.tenants', ${tenants}, true), set_config('center.scope_all', ${all}, true)`;
    return work(tx);
  })) as T;
}

/** How many entries are sealed. */
export async function readSize(tx: AuditorTx): Promise<number> {
  const [row] = await tx<{ size: string }[]>`select coalesce(max(seq) + 1, 0) as size from audit_entries`;
  return Number(row?.size ?? 0);
}

const nameOf = ({ level, position }: Subtree) => `${level}/${position}`;

/** A subtree that the log once completed is not stored: the tree was cut, or never was. */
export class MissingSubtreeError extends Error {
  constructor({ level, position }: Subtree) {
    super(`the log's tree lacks subtree ${position} of level ${level}`);
    this.name = "MissingSubtreeError";
  }
}

/** Reads some stored subtrees at once. (The limit holds the planner to one index look-up each; joined freely, it reads the whole tree.) */
export async function readSubtrees(tx: AuditorTx, subtrees: readonly Subtree[]): Promise<ReadHash> {
  const levels = `{${subtrees.map(({ level }) => level).join(",")}}`;
  const positions = `{${subtrees.map(({ position }) => position).join(",")}}`;
  const rows = await tx<{ level: number; position: string; hash: Buffer }[]>`
    select n.level, n.position, n.hash from unnest(${levels}::text::integer[], ${positions}::text::bigint[]) as w (level, position)
    cross join lateral (select * from audit_nodes where level = w.level and position = w.position limit 1) n`;
  const found = new Map(rows.map((row) => [nameOf({ level: row.level, position: Number(row.position) }), row.hash]));
  return (subtree) => {
    const hash = found.get(nameOf(subtree));
    if (!hash) throw new MissingSubtreeError(subtree);
    return hash;
  };
}

/** Stored subtrees that the entries from `from` (inclusive) to `to` (exclusive) completed: one index range a level, held to by the offset. */
export async function readCompleted(tx: AuditorTx, from: number, to: number): Promise<HashedSubtree[]> {
  const rows = await tx<{ level: number; position: string; hash: Buffer }[]>`
    select n.level, n.position, n.hash from generate_series(0, 53) as l (level) cross join lateral (
      select level, position, hash from audit_nodes
      where level = l.level and position >= ${from}::bigint / (1::bigint << l.level) and position < ${to}::bigint / (1::bigint << l.level) offset 0) n`;
  return rows.map(({ level, position, hash }) => ({ level, position: Number(position), hash }));
}
