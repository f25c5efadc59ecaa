import { randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { rolePassword } from "@/lib/access/sealing/role-passwords";
import { DATABASE_ROLES, type DatabaseRole, roleName, roleUrl } from "./roles";
import { scramVerifier } from "./scram-verifier";

/** Whose roles these are to be. */
export interface Installation {
  /** URL of the owner. */
  readonly databaseUrl: string;
  readonly masterKey: Buffer;
  /** Whether this database was set up with this very master key; of a new one nobody can say. */
  readonly isKnown: boolean;
}

function sqlState(error: unknown): string {
  const cause = error instanceof Error && error.cause ? error.cause : error;
  return cause instanceof postgres.PostgresError ? cause.code : "";
}

/** Another database of the cluster is being migrated at this moment, and touched the same role: a second look will do. */
function isRoleRace(error: unknown): boolean {
  const code = sqlState(error);
  return code === "42710" || code === "23505" || (code === "XX000" && /concurrently/.test(((error as Error).cause as Error).message));
}

/** Whether a role lets us in with the password that belongs to the master key. */
async function letsUsIn({ databaseUrl, masterKey }: Installation, role: DatabaseRole): Promise<boolean> {
  const client = postgres(roleUrl(databaseUrl, role, masterKey), { max: 1, connect_timeout: 10, onnotice: () => undefined });
  try {
    await client`select 1`;
    return true;
  } catch (error) {
    // Wrong password, or a role that may not log in.
    if (["28P01", "28000"].includes(sqlState(error))) return false;
    throw error;
  } finally {
    await client.end({ timeout: 5 });
  }
}

/**
 * @throws Error in the operator's words when the owner may not alter the role; the statement itself, with the password's verifier, is the
 *         cause only
 */
function explain(error: unknown, name: string): never {
  if (sqlState(error) !== "42501") throw error;
  const what = `The owner of this database may neither create nor alter the role ${name}`;
  throw new Error(`${what}: give it CREATEROLE and, from PostgreSQL 16 on, ADMIN OPTION on that role`, { cause: error });
}

async function ensureRole(db: PostgresJsDatabase, role: DatabaseRole, installation: Installation, tries = 20): Promise<void> {
  const name = roleName(role);
  const [known] = await db.execute<{ plain: boolean }>(
    sql`select rolcanlogin and not rolinherit as plain from pg_roles where rolname = ${name}`,
  );
  if (known && (await letsUsIn(installation, role))) {
    if (known.plain) return;
  } else if (known && !installation.isKnown) {
    const whose = "Roles belong to the whole PostgreSQL cluster, and another Center seems to live in it already";
    throw new Error(
      `${name} exists and refuses the password that belongs to this MASTER_KEY. ${whose}: use its MASTER_KEY, or another cluster`,
    );
  }
  const verifier = scramVerifier(rolePassword(installation.masterKey, name), randomBytes(16));
  const statement = sql.raw(`${known ? "ALTER" : "CREATE"} ROLE ${name} LOGIN NOINHERIT PASSWORD '${verifier}'`);
  await db.execute(statement).catch((error: unknown) => {
    if (tries > 1 && isRoleRace(error)) return ensureRole(db, role, installation, tries - 1);
    return explain(error, name);
  });
}

/**
 * Creates Center's roles, and puts right those that a hand has changed. Roles belong to the cluster: a database that nobody set up yet
 * takes over no role whose password it does not know, because that would lock another Center out.
 *
 * @throws Error in the operator's words for a role that is another's, or that the owner may not alter
 */
export async function ensureRoles(db: PostgresJsDatabase, installation: Installation): Promise<void> {
  for (const role of DATABASE_ROLES) await ensureRole(db, role, installation);
}
