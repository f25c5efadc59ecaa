import { sql } from "drizzle-orm";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { migrate as runMigrations } from "drizzle-orm/postgres-js/migrator";
import PgBoss from "pg-boss";
import postgres from "postgres";
import { isSameMasterKey } from "@/lib/access/sealing/master-key-check";
import { QUEUES } from "@/lib/platform/background/queue";
import { LIMITS } from "@/lib/platform/limits";
import { declaringCatalog } from "./declare-catalog";
import { ensureRoles } from "./ensure-roles";
import { RESTORING } from "./restore-mark";

/**
 * Refuses a master key that is not the one this database was set up with, before a role's password follows it: a process with
 * the wrong key would lock all others out.
 *
 * @returns which of these it is; null for a database that was not set up yet
 */
async function requireKeyOf(db: PostgresJsDatabase, masterKeys: readonly Buffer[]): Promise<Buffer | null> {
  const [table] = await db.execute<{ known: boolean }>(sql`select to_regclass('public.installation') is not null as known`);
  if (!table?.known) return null;
  const [row] = await db.execute<{ value: string }>(sql`select value from installation where key = 'master_key_check'`);
  if (!row) return null;
  const key = masterKeys.find((candidate) => isSameMasterKey(candidate, row.value));
  if (!key) throw new Error("MASTER_KEY is not the one this installation was set up with");
  return key;
}

/**
 * No role makes temporary tables or types: whatever runs as the owner would meet them first where a search_path forgot to say otherwise.
 * Takes effect where the owner of the tables owns the database too.
 */
async function revokeTemporary(db: PostgresJsDatabase): Promise<void> {
  const [row] = await db.execute<{ name: string }>(sql`select current_database() as name`);
  await db.execute(sql`revoke temporary on database ${sql.identifier(row?.name ?? "")} from public`);
}

/** The queue's tables belong to the owner; Center's writer only puts jobs in and takes them out. */
async function ensureQueue(databaseUrl: string, db: PostgresJsDatabase): Promise<void> {
  const boss = new PgBoss({ connectionString: databaseUrl, schedule: false, supervise: false });
  boss.on("error", () => undefined);
  await boss.start();
  try {
    for (const queue of QUEUES) {
      if (!(await boss.getQueue(queue))) await boss.createQueue(queue, { name: queue, policy: "short", retryLimit: 0 });
    }
  } finally {
    await boss.stop({ graceful: false });
  }
  await db.execute(sql.raw("GRANT USAGE ON SCHEMA pgboss TO center_writer"));
  await db.execute(sql.raw("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA pgboss TO center_writer"));
  await db.execute(sql.raw("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pgboss TO center_writer"));
}

/** A half restored database looks like a new installation, and must not become one. */
async function requireNoHalfRestore(db: PostgresJsDatabase): Promise<void> {
  const [row] = await db.execute<{ comment: string | null }>(
    sql`select obj_description('public'::regnamespace, 'pg_namespace') as comment`,
  );
  if (row?.comment === RESTORING) throw new Error("a restore into this database did not come to its end: run npm run restore again");
}

/**
 * Migrations only lead forward: what a newer build changed, this one does not know, and would write past it.
 * @throws Error with the code ERR_SCHEMA_NEWER, and what to do
 */
async function requireKnownSchema(db: PostgresJsDatabase, folder: string): Promise<void> {
  const [table] = await db.execute<{ known: boolean }>(sql`select to_regclass('drizzle.__drizzle_migrations') is not null as known`);
  if (!table?.known) return;
  const known = new Set(readMigrationFiles({ migrationsFolder: folder }).map(({ folderMillis }) => folderMillis));
  const rows = await db.execute<{ created_at: string }>(sql`select created_at from drizzle.__drizzle_migrations`);
  const strange = rows.filter(({ created_at }) => !known.has(Number(created_at))).length;
  if (strange === 0) return;
  const what = `ERR_SCHEMA_NEWER: a newer Center migrated this database (${strange} migrations that this build does not know)`;
  throw new Error(`${what}: start that release or a later one, or restore a backup of this release into an empty database`);
}

interface Migration {
  /** URL of the owner, a role that may create roles and schemas. */
  readonly databaseUrl: string;
  readonly masterKey: Buffer;
  /** Keys that may be in force instead, while one takes the other's place. */
  readonly otherKeys?: readonly Buffer[];
  /** Where the SQL migrations lie. */
  readonly folder: string;
  /** A restore alone works on a database that a restore left half done. */
  readonly isRestoring?: boolean;
}

/**
 * Roles and migrations, and nothing that needs the newest of them.
 * @param then  works on under the same lock
 */
export async function applyMigrations(
  { databaseUrl, masterKey, otherKeys = [], folder, isRestoring }: Migration,
  then?: (db: PostgresJsDatabase) => Promise<void>,
): Promise<void> {
  const client = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  const db = drizzle(client);
  try {
    await db.execute(sql`select pg_advisory_lock(7105660)`);
    if (!isRestoring) await requireNoHalfRestore(db);
    await requireKnownSchema(db, folder);
    const known = await requireKeyOf(db, [masterKey, ...otherKeys]);
    await ensureRoles(db, { databaseUrl, masterKey: known ?? masterKey, isKnown: known !== null });
    await revokeTemporary(db);
    await declaringCatalog(db, () => runMigrations(db, { migrationsFolder: folder }));
    await then?.(db);
  } finally {
    await client.end({ timeout: 5 });
  }
}

/**
 * Brings a database to this version's shape: roles, tables, guards, partitions, queues. Safe to repeat and to run twice at once.
 *
 * @param databaseUrl  URL of the owner, a role that may create roles and schemas
 * @param folder       where the SQL migrations lie
 */
export async function migrateDatabase(
  databaseUrl: string,
  masterKey: Buffer,
  folder: string,
  otherKeys: readonly Buffer[] = [],
): Promise<void> {
  await applyMigrations({ databaseUrl, masterKey, otherKeys, folder }, async (db) => {
    await db.execute(sql`select ensure_heartbeat_partitions((now() at time zone 'UTC')::date - 1, ${LIMITS.heartbeatPartitionsAhead + 1})`);
    await db.execute(sql`select ensure_signal_partitions((now() at time zone 'UTC')::date - 1, ${LIMITS.heartbeatPartitionsAhead + 1})`);
    await ensureQueue(databaseUrl, db);
  });
}
