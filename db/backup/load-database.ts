import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { applyMigrations, migrateDatabase } from "../migrate";
import { RESTORING } from "../restore-mark";
import type { BackupEnd, BackupStart, Part, Section } from "./archive";
import { BackupError } from "./backup-error";
import { readJournal } from "./dump-database";
import { columnList, quoted } from "./list-sections";
import { countTable, PLAIN_TEXT_SETTINGS } from "./read-tables";

/** The database a backup goes into. */
export interface Target {
  /** URL of the owner. */
  readonly databaseUrl: string;
  readonly masterKey: Buffer;
  /** Where this build's migrations lie. */
  readonly folder: string;
}

/** @throws BackupError when this build does not know every migration of the backup, word for word where it names one */
export function requireKnownMigrations({ migrations, center_version }: BackupStart, folder: string): void {
  const known = new Map(readJournal(folder).map(({ when, tag }) => [when, tag]));
  const strange = migrations.find(({ when, tag }) => known.get(when) !== tag);
  if (strange)
    throw new BackupError(
      `this backup is of Center ${center_version} (migration ${strange.tag}), which this build does not know: restore it with that release or a later one`,
    );
}

/** A copy of the migrations that ends where the backup's did: rows are loaded into the shape they were read from. */
function migrationsUntil({ migrations }: BackupStart, folder: string): string {
  const copy = mkdtempSync(path.join(tmpdir(), "center-restore-"));
  mkdirSync(path.join(copy, "meta"));
  const wanted = new Set(migrations.map(({ when }) => when));
  const entries = readJournal(folder).filter(({ when }) => wanted.has(when));
  for (const { tag } of entries) cpSync(path.join(folder, `${tag}.sql`), path.join(copy, `${tag}.sql`));
  writeFileSync(path.join(copy, "meta", "_journal.json"), JSON.stringify({ version: "7", dialect: "postgresql", entries }));
  return copy;
}

/** @throws BackupError unless nothing is in it, or a restore that did not come to its end */
async function requireEmpty(sql: postgres.Sql): Promise<void> {
  const [row] = await sql<{ tables: number; comment: string | null }[]>`
    select (select count(*)::int from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('public', 'drizzle', 'pgboss') and c.relkind in ('r', 'p', 'v', 'm', 'S')) as tables,
      obj_description('public'::regnamespace, 'pg_namespace') as comment`;
  if (row && row.tables > 0 && row.comment !== RESTORING) {
    throw new BackupError("this database is not empty: a backup is restored into an empty one, so that nothing is overwritten");
  }
}

async function addPartitions(tx: postgres.TransactionSql, { partitions }: BackupStart): Promise<void> {
  for (const { name, parent, bound } of partitions) {
    const [known] = await tx<{ known: boolean }[]>`select to_regclass(${quoted(name)}) is not null as known`;
    if (known?.known) continue;
    await tx.unsafe(`create table ${quoted(name)} (like ${quoted(parent)} including defaults including constraints);
      alter table ${quoted(name)} enable row level security; alter table ${quoted(name)} force row level security;
      alter table ${quoted(parent)} attach partition ${quoted(name)} ${bound}`);
  }
}

/**
 * Loads one table. Whether its rows were taken is asked by a statement behind it: of an error at the very end of a COPY the driver tells
 * nobody (postgres 3.4.9, CopyInResponse).
 */
async function loadTable(tx: postgres.TransactionSql, section: Section, body: AsyncIterable<Buffer>): Promise<void> {
  const stream = await tx.unsafe(`copy ${quoted(section.name)} (${columnList(section)}) from stdin`).writable();
  let failure: Error | null = null;
  stream.on("error", (error) => {
    failure ??= error;
  });
  // Chunk by chunk, each once the connection has taken the one before: a row that is refused closes the stream.
  for await (const chunk of body) {
    if (failure === null) await new Promise<void>((resolve) => stream.write(chunk, () => resolve()));
  }
  stream.end();
  // The stream says that it is over in a turn of its own; until then the connection takes no other statement.
  await new Promise((resolve) => setImmediate(resolve));
  try {
    await tx`select 1`;
  } catch (error) {
    throw new BackupError(`the rows of ${section.name} are refused: ${(failure ?? (error as Error)).message}`, { cause: error });
  }
}

type OpenPart = Part & { readonly body: AsyncGenerator<Buffer> };
type TakeFile = (part: OpenPart) => Promise<void>;
interface Load {
  readonly start: BackupStart;
  readonly end: BackupEnd;
  readonly parts: AsyncIterable<OpenPart>;
}

/** All tables in one transaction: every row of the backup with the hashes written down there, or none. */
async function loadTables(tx: postgres.TransactionSql, { start, end, parts }: Load, takeFile: TakeFile): Promise<void> {
  await tx.unsafe(PLAIN_TEXT_SETTINGS);
  await addPartitions(tx, start);
  const owned = [...new Set(start.sections.map(({ name, parent }) => parent ?? name))];
  const all = [...new Set([...owned, ...start.sections.map(({ name }) => name)])];
  // What the guards and the audit have to say about these rows they said when the rows were written.
  const forced = await tx<{ name: string }[]>`
    select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relforcerowsecurity`;
  for (const name of all) await tx.unsafe(`alter table ${quoted(name)} disable trigger user`);
  for (const { name } of forced) await tx.unsafe(`alter table ${quoted(name)} no force row level security`);
  for (const name of [...owned].reverse()) await tx.unsafe(`delete from ${quoted(name)}`);
  const sections = new Map(start.sections.map((section) => [section.name, section]));
  for await (const part of parts) {
    if (part.head.kind === "file") await takeFile(part);
    if (part.head.kind !== "table") continue;
    const section = sections.get(part.head.name);
    if (!section) throw new BackupError(`the backup holds a table ${part.head.name} that it does not describe`);
    await loadTable(tx, section, part.body);
  }
  for (const { name, last, is_called } of start.sequences)
    await tx`select setval(${quoted(name)}::regclass, ${last}::bigint, ${is_called})`;
  for (const name of all) await tx.unsafe(`alter table ${quoted(name)} enable trigger user`);
  for (const { name } of forced) await tx.unsafe(`alter table ${quoted(name)} force row level security`);
  await requireSame(tx, start, end);
  await tx.unsafe("comment on schema public is null");
}

/** Reads every table again and compares: nothing is called restored that was not seen to be equal. */
async function requireSame(tx: postgres.TransactionSql, { sections }: BackupStart, { tables }: BackupEnd): Promise<void> {
  for (const section of sections) {
    const [found, wanted] = [await countTable(tx, section), tables[section.name]];
    if (found.rows !== wanted?.rows || found.sha256 !== wanted.sha256) {
      throw new BackupError(`table ${section.name} is not what was backed up: ${found.rows} rows of ${wanted?.rows}`);
    }
  }
}

/**
 * Puts a verified backup into an empty database: its own migrations, all rows in one transaction that compares every table's hash before it
 * commits, then this build's newer migrations. A crash before the commit leaves a database that says so, that no Center starts on, and into
 * which the same backup may be restored again.
 *
 * @param takeFile  gets the parts that are files, in their order
 * @throws BackupError for a database that is not empty, a backup of a newer build, or rows that come out another way
 */
export async function loadDatabase(target: Target, load: Load, takeFile: TakeFile): Promise<void> {
  requireKnownMigrations(load.start, target.folder);
  const sql = postgres(target.databaseUrl, {
    max: 1,
    connect_timeout: 10,
    onnotice: () => undefined,
    connection: { application_name: "center:restore" },
  });
  const until = migrationsUntil(load.start, target.folder);
  try {
    await requireEmpty(sql);
    await sql.unsafe(`comment on schema public is '${RESTORING}'`);
    await applyMigrations({ ...target, folder: until, isRestoring: true });
    await sql.begin((tx) => loadTables(tx, load, takeFile));
  } finally {
    rmSync(until, { recursive: true, force: true });
    await sql.end({ timeout: 5 });
  }
  await migrateDatabase(target.databaseUrl, target.masterKey, target.folder);
}
