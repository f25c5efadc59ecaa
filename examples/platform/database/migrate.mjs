import postgres from "postgres";
import { ROLES, SCHEMA } from "./schema.mjs";

/** Apart from every other lock that somebody may hold on this server. */
const LOCK = 7_105_701;

/**
 * Makes the platform's roles and schema in a database, or brings them up to date; safe to repeat and to run twice at once.
 * @param {string} databaseUrl of a role that may create roles, schemas and grant them (Center's owner, in the demo)
 * @param {Record<string, string>} passwords by role (ROLES); letters, digits, - and _ only
 * @returns {Promise<Record<string, string>>} the URL by which each role reaches the platform
 */
export async function migratePlatform(databaseUrl, passwords) {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined, connect_timeout: 10 });
  try {
    await sql`SELECT pg_advisory_lock(${LOCK})`;
    for (const role of ROLES) {
      if (!/^[A-Za-z0-9_-]{16,}$/.test(passwords[role] ?? "")) throw new RangeError(`${role} needs a password of 16 plain characters`);
      const [known] = await sql`SELECT 1 FROM pg_roles WHERE rolname = ${role}`;
      await sql.unsafe(`${known ? "ALTER" : "CREATE"} ROLE ${role} LOGIN PASSWORD '${passwords[role]}'`);
      await sql.unsafe(`ALTER ROLE ${role} SET search_path = platform`);
    }
    for (const name of ["platform", "platform_drill"]) {
      const [schema] = await sql`SELECT 1 FROM pg_namespace WHERE nspname = ${name}`;
      if (schema) continue;
      await sql.unsafe("GRANT platform_owner TO CURRENT_USER");
      await sql.unsafe(`CREATE SCHEMA ${name} AUTHORIZATION platform_owner`);
    }
    const urls = Object.fromEntries(ROLES.map((role) => [role, asRole(databaseUrl, role, passwords[role])]));
    await asOwner(urls.platform_owner, (owner) => owner.unsafe(SCHEMA));
    return urls;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** @param {string} url @param {(sql: import("postgres").Sql) => Promise<unknown>} work */
export async function asOwner(url, work) {
  const owner = postgres(url, { max: 1, onnotice: () => undefined, connect_timeout: 10 });
  try {
    return await work(owner);
  } finally {
    await owner.end({ timeout: 5 });
  }
}

/** @param {string} databaseUrl @param {string} role @param {string} password */
function asRole(databaseUrl, role, password) {
  const url = new URL(databaseUrl);
  url.username = role;
  url.password = password;
  return url.href;
}
