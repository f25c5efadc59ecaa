import { readFileSync } from "node:fs";
import path from "node:path";
import postgres from "postgres";
import type { BackupStart, Counted, Part } from "./archive";
import { BackupError } from "./backup-error";
import { listSections, quoted } from "./list-sections";
import { PLAIN_TEXT_SETTINGS, readTable, tallied } from "./read-tables";

interface Journal {
  readonly entries: readonly { readonly when: number; readonly tag: string }[];
}

/** The migrations of this build, in their order. @param folder where they lie */
export function readJournal(folder: string): Journal["entries"] {
  return (JSON.parse(readFileSync(path.join(folder, "meta", "_journal.json"), "utf8")) as Journal).entries;
}

/** @throws BackupError when a newer build than this one migrated the database: it would not know what it leaves out */
async function migrationsOf(tx: postgres.TransactionSql, folder: string): Promise<BackupStart["migrations"]> {
  const known = new Map(readJournal(folder).map(({ when, tag }) => [when, tag]));
  const rows = await tx<
    { hash: string; created_at: string }[]
  >`select hash, created_at from drizzle.__drizzle_migrations order by created_at`;
  return rows.map(({ hash, created_at }) => {
    const when = Number(created_at);
    const tag = known.get(when);
    if (tag === undefined) throw new BackupError("a newer Center migrated this database: back it up with that release");
    return { tag, when, sha256: hash };
  });
}

async function describeStart(tx: postgres.TransactionSql, folder: string, centerVersion: string): Promise<BackupStart> {
  const [about] = await tx<{ version: string; at: Date }[]>`select current_setting('server_version') as version, now() as at`;
  const [audit] = await tx<{ entries: number; size: number }[]>`
    select count(*)::int as entries, coalesce(max(seq) + 1, 0)::int as size from audit_entries`;
  const [checkpoint] = await tx<{ size: number; root: string }[]>`
    select size::int, encode(root, 'hex') as root from audit_checkpoints order by audit_checkpoints.size desc limit 1`;
  const partitions = await tx<{ name: string; parent: string; bound: string }[]>`
    select c.relname::text as name, p.relname::text as parent, pg_get_expr(c.relpartbound, c.oid) as bound
    from pg_class c join pg_inherits i on i.inhrelid = c.oid join pg_class p on p.oid = i.inhparent
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relispartition order by c.relname`;
  const names = await tx<{ name: string }[]>`
    select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'S' order by relname`;
  const sequences: BackupStart["sequences"] = [];
  for (const { name } of names) {
    const [row] = await tx.unsafe<{ last: string; is_called: boolean }[]>(
      `select last_value::text as last, is_called from ${quoted(name)}`,
    );
    if (row) sequences.push({ name, ...row });
  }
  return {
    kind: "start",
    center_version: centerVersion,
    server_version: about?.version ?? "",
    snapshot_at: about?.at.toISOString() ?? "",
    migrations: await migrationsOf(tx, folder),
    sections: await listSections(tx),
    partitions: [...partitions],
    sequences,
    audit: { entries: audit?.entries ?? 0, size: audit?.size ?? 0, checkpoint: checkpoint?.size ?? 0, root: checkpoint?.root ?? null },
  };
}

/** What is dumped, and from where. */
interface Dump {
  /** URL of the owner. */
  readonly databaseUrl: string;
  readonly folder: string;
  readonly centerVersion: string;
}

/**
 * Reads a whole database in one snapshot and hands it on part by part, as fast as it is taken; nobody who writes waits for it.
 *
 * @param take  gets the parts: what the database is, then its tables; `tables` is whole once the last part was read
 * @throws BackupError when there is no Center in the database, or a newer one than this
 */
export async function dumpDatabase<Result>(
  { databaseUrl, folder, centerVersion }: Dump,
  take: (parts: AsyncIterable<Part>, start: BackupStart, tables: Record<string, Counted>) => Promise<Result>,
): Promise<Result> {
  const client = postgres(databaseUrl, {
    max: 1,
    connect_timeout: 10,
    onnotice: () => undefined,
    connection: { application_name: "center:backup" },
  });
  try {
    return (await client.begin("isolation level repeatable read read only", async (tx) => {
      await tx.unsafe(PLAIN_TEXT_SETTINGS);
      const [found] = await tx<{ known: boolean }[]>`select to_regclass('drizzle.__drizzle_migrations') is not null as known`;
      if (!found?.known) throw new BackupError("there is no Center in this database");
      const start = await describeStart(tx, folder, centerVersion);
      // From here on no partition is dropped from under the snapshot; retention gives way and comes round again.
      await tx.unsafe(`lock table ${start.sections.map(({ name }) => quoted(name)).join(", ")} in access share mode`);
      const tables: Record<string, Counted> = {};
      async function* parts(): AsyncGenerator<Part> {
        for (const section of start.sections) {
          const body = tallied(readTable(tx, section), (counted) => {
            tables[section.name] = counted;
          });
          yield { head: { kind: "table", name: section.name }, body };
        }
      }
      return take(parts(), start, tables);
    })) as Result;
  } finally {
    await client.end({ timeout: 5 });
  }
}
