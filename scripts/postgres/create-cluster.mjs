import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { createSecret, readSecret } from "../supervisor/secrets.mjs";
import { findBinaries } from "./find-binaries.mjs";
import { handOver, POSTGRES_ENVIRONMENT, unprivileged } from "./run-unprivileged.mjs";

const PASSWORD_FILE = "postgres-password";
const SCRAM = "scram-sha-256";

/** @param {string} dataDir */
export const clusterDirectory = (dataDir) => path.join(dataDir, "postgres");

/** @param {string} dataDir */
export const clusterExists = (dataDir) => fs.existsSync(path.join(clusterDirectory(dataDir), "PG_VERSION"));

/**
 * The superuser's password, in `DATA_DIR/secrets/postgres-password`; random on the first call unless given.
 *
 * @param {string} dataDir @param {string} [password]
 * @throws {Error} when a cluster exists whose password is lost
 */
export function superuserPassword(dataDir, password) {
  const stored = readSecret(dataDir, PASSWORD_FILE);
  if (stored !== null) return stored;
  if (clusterExists(dataDir))
    throw new Error(
      `${clusterDirectory(dataDir)} exists but its password ${path.join(dataDir, "secrets", PASSWORD_FILE)} is gone: restore that file`,
    );
  // base64url: it goes into connection URLs.
  return createSecret(dataDir, PASSWORD_FILE, password ?? randomBytes(32).toString("base64url"));
}

/**
 * Runs initdb unless the cluster exists. It is made beside its place and then renamed, so that an interrupted one is never mistaken for whole.
 *
 * @param {{ dataDir: string, identity: import("./run-unprivileged.mjs").Identity, password: string, durable: boolean }} options
 */
export function createCluster({ dataDir, identity, password, durable }) {
  if (clusterExists(dataDir)) return;
  const draft = path.join(dataDir, "postgres.new");
  const passwordFile = path.join(dataDir, "postgres.password");
  fs.rmSync(draft, { recursive: true, force: true });
  fs.rmSync(passwordFile, { force: true });
  fs.mkdirSync(draft, { mode: 0o700 });
  handOver(identity, draft);
  try {
    fs.writeFileSync(passwordFile, password, { mode: 0o600, flag: "wx" });
    handOver(identity, passwordFile);
    initialize(draft, passwordFile, identity, durable);
  } finally {
    fs.rmSync(passwordFile, { force: true });
  }
  fs.renameSync(draft, clusterDirectory(dataDir));
}

/** @param {string} directory @param {string} passwordFile @param {import("./run-unprivileged.mjs").Identity} identity @param {boolean} durable */
function initialize(directory, passwordFile, identity, durable) {
  const locale = ["-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const access = ["-U", "postgres", `--pwfile=${passwordFile}`, `--auth-host=${SCRAM}`, `--auth-local=${SCRAM}`];
  const { command, args, options } = unprivileged(identity, findBinaries().initdb, [
    ...["-D", directory, "--no-instructions", ...access, ...locale],
    ...(durable ? [] : ["--no-sync"]),
  ]);
  const run = spawnSync(command, args, { ...options, cwd: directory, env: POSTGRES_ENVIRONMENT, encoding: "utf8" });
  if (run.status !== 0) throw new Error(`initdb failed: ${run.error?.message ?? ""}${run.stdout}${run.stderr}`);
}
