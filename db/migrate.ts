import { randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { migrate as runMigrations } from "drizzle-orm/postgres-js/migrator";
import PgBoss from "pg-boss";
import postgres from "postgres";
import { isSameMasterKey } from "@/lib/access/sealing/master-key-check";
import { rolePassword } from "@/lib/access/sealing/role-passwords";
import { LIMITS } from "@/lib/platform/limits";
import { QUEUES } from "@/lib/platform/queue";
import { DATABASE_ROLES, type DatabaseRole, roleName } from "./roles";
import { scramVerifier } from "./scram-verifier";

/**
 * Refuses a master key that is not the one this database was set up with, before a role's password follows it: a process with
 * the wrong key would lock all others out.
 */
async function requireKeyOf(db: PostgresJsDatabase, masterKey: Buffer): Promise<void> {
  const [table] = await db.execute<{ known: boolean }>(sql`select to_regclass('public.installation') is not null as known`);
  if (!table?.known) return;
  const [row] = await db.execute<{ value: string }>(sql`select value from installation where key = 'master_key_check'`);
  if (row && !isSameMasterKey(masterKey, row.value)) throw new Error("MASTER_KEY is not the one this installation was set up with");
}

/** Another database of the cluster is being migrated at this moment, and touched the same role: a second look will do. */
function isRoleRace(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof postgres.PostgresError ? cause.code : "";
  return code === "42710" || code === "23505" || (code === "XX000" && /concurrently/.test((cause as Error).message));
}

async function ensureRole(db: PostgresJsDatabase, role: DatabaseRole, masterKey: Buffer, tries = 20): Promise<void> {
  const name = roleName(role);
  const verifier = scramVerifier(rolePassword(masterKey, name), randomBytes(16));
  const [known] = await db.execute(sql`select 1 from pg_roles where rolname = ${name}`);
  const statement = sql.raw(`${known ? "ALTER" : "CREATE"} ROLE ${name} LOGIN NOINHERIT PASSWORD '${verifier}'`);
  await db.execute(statement).catch((error: unknown) => {
    if (tries > 1 && isRoleRace(error)) return ensureRole(db, role, masterKey, tries - 1);
    throw error;
  });
}

/** Creates Center's roles, or gives them the password that belongs to this master key. Roles belong to the cluster. */
async function ensureRoles(db: PostgresJsDatabase, masterKey: Buffer): Promise<void> {
  for (const role of DATABASE_ROLES) await ensureRole(db, role, masterKey);
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

/**
 * Brings a database to this version's shape: roles, tables, guards, partitions, queues. Safe to repeat and to run twice at once.
 *
 * @param databaseUrl  URL of the owner, a role that may create roles and schemas
 * @param folder       where the SQL migrations lie
 */
export async function migrateDatabase(databaseUrl: string, masterKey: Buffer, folder: string): Promise<void> {
  const client = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  const db = drizzle(client);
  try {
    await db.execute(sql`select pg_advisory_lock(7105660)`);
    await requireKeyOf(db, masterKey);
    await ensureRoles(db, masterKey);
    await runMigrations(db, { migrationsFolder: folder });
    await db.execute(sql`select ensure_heartbeat_partitions((now() at time zone 'UTC')::date - 1, ${LIMITS.heartbeatPartitionsAhead + 1})`);
    await ensureQueue(databaseUrl, db);
  } finally {
    await client.end({ timeout: 5 });
  }
}
