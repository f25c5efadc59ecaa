import { randomBytes } from "node:crypto";
import { ensureSecret } from "./secrets.mjs";

const OWNER = "center_owner";
const DATABASE = "center";
const PASSWORD_FILE = "center-owner-password";

/**
 * The address under which Center's programs reach the embedded database, as its owner.
 *
 * @param {string} dataDir @param {number} port
 */
export function ownerUrl(dataDir, port) {
  const password = ensureSecret(dataDir, PASSWORD_FILE, () => randomBytes(32).toString("base64url"));
  return `postgres://${OWNER}:${password}@127.0.0.1:${port}/${DATABASE}`;
}

/**
 * Makes the role and the database that Center lives in, as a hosted PostgreSQL would hand them out: the role may create roles, and is no
 * superuser. Safe to repeat.
 *
 * @param {string} dataDir
 * @param {{ superuserUrl: string, port: number }} server
 * @returns {Promise<string>} the owner's DATABASE_URL
 */
export async function provisionDatabase(dataDir, { superuserUrl, port }) {
  const url = ownerUrl(dataDir, port);
  const password = new URL(url).password;
  // Installed by npm ci, hence not at the top: this file is loaded before that has run.
  const { default: postgres } = await import("postgres");
  const sql = postgres(superuserUrl, { max: 1, connect_timeout: 10 });
  try {
    const [role] = await sql`SELECT 1 FROM pg_roles WHERE rolname = ${OWNER}`;
    // The password is base64url, so it needs no quoting; role options take no parameters.
    const options = `LOGIN CREATEROLE NOSUPERUSER NOBYPASSRLS PASSWORD '${password}'`;
    await sql.unsafe(`${role ? "ALTER" : "CREATE"} ROLE ${OWNER} ${options}`);
    const [database] = await sql`SELECT 1 FROM pg_database WHERE datname = ${DATABASE}`;
    if (!database) await sql.unsafe(`CREATE DATABASE ${DATABASE} OWNER ${OWNER}`);
  } finally {
    await sql.end({ timeout: 5 });
  }
  return url;
}
