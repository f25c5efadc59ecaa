import { randomBytes, randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

const SECRET_BYTES = 32;

/** Environment variables that Center makes for itself when nobody sets them, and the file below `DATA_DIR/secrets` that keeps each. */
export const CENTER_SECRETS = /** @type {const} */ ({
  NEXTAUTH_SECRET: "nextauth-secret",
  CRON_SECRET: "cron-secret",
  MASTER_KEY: "master-key",
});

/** @param {string} dataDir */
export const secretsDirectory = (dataDir) => path.join(dataDir, "secrets");

/**
 * Reads a secret, making it first when it does not exist yet.
 *
 * @param {string} dataDir
 * @param {string} name     file name below `DATA_DIR/secrets`
 * @param {() => string} [generate] 32 random bytes in base64 unless given
 * @returns {string} without the trailing newline
 * @throws {Error} when the file is empty: a lost key must be restored by a person, a new one would make sealed data unreadable
 */
export function ensureSecret(dataDir, name, generate = () => randomBytes(SECRET_BYTES).toString("base64")) {
  return readSecret(dataDir, name) ?? createSecret(dataDir, name, generate());
}

/**
 * @param {string} dataDir @param {string} name
 * @returns {string | null} null when it was never made
 */
export function readSecret(dataDir, name) {
  const file = path.join(secretsDirectory(dataDir), name);
  if (!fs.existsSync(file)) return null;
  const value = fs.readFileSync(file, "utf8").trim();
  if (value === "") throw new Error(`${file} is empty: restore it from a backup, a new secret would not fit the data sealed with it`);
  // A backup tool or a careless copy may have opened it to others.
  if ((fs.statSync(file).mode & 0o077) !== 0) fs.chmodSync(file, 0o600);
  return value;
}

/**
 * Keeps what two racing starters agree on: the first link wins, the other one reads it.
 *
 * @param {string} dataDir @param {string} name @param {string} value
 */
export function createSecret(dataDir, name, value) {
  const directory = secretsDirectory(dataDir);
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  const draft = path.join(directory, `.${name}.${randomUUID()}`);
  const handle = fs.openSync(draft, "wx", 0o600);
  try {
    fs.writeSync(handle, `${value}\n`);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
  try {
    fs.linkSync(draft, path.join(directory, name));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
  } finally {
    fs.rmSync(draft);
  }
  return /** @type {string} */ (readSecret(dataDir, name));
}

/**
 * The secrets of Center: from the environment where set, else from `DATA_DIR`, made once.
 *
 * @param {string} dataDir
 * @param {Record<string, string | undefined>} env
 * @returns {Record<keyof typeof CENTER_SECRETS, string>}
 */
export function centerSecrets(dataDir, env) {
  const pairs = Object.entries(CENTER_SECRETS).map(([name, file]) => [name, env[name] || ensureSecret(dataDir, file)]);
  return Object.fromEntries(pairs);
}
