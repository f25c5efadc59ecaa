import path from "node:path";
import { ensurePostgres } from "../../embedded-postgres.mjs";
import { lockDataDir } from "../../supervisor/lock-data-dir.mjs";
import { provisionDatabase } from "../../supervisor/provision-database.mjs";
import { readSettings } from "../../supervisor/read-settings.mjs";
import { bundleArguments, runStep } from "../../supervisor/run-step.mjs";

/**
 * Restores a backup: its secrets into DATA_DIR, then everything else into `DATABASE_URL` or into the embedded database, which is made and
 * started with those very secrets, for that long.
 *
 * @param {string} root
 * @param {Record<string, string | undefined>} env
 * @param {{ from: string, keyFile: string | null, isVerifying: boolean }} order
 * @throws {Error} when a step fails (it has said why), or a Center runs on DATA_DIR
 */
export async function restoreCenter(root, env, { from, keyFile, isVerifying }) {
  const settings = readSettings(root, env);
  const words = ["--from", path.resolve(from), ...(keyFile ? ["--key-file", path.resolve(keyFile)] : [])];
  const run = (/** @type {string} */ step, /** @type {string | null} */ databaseUrl) => {
    const childEnv = { ...env, NODE_ENV: "production", DATA_DIR: settings.dataDir, DATABASE_URL: databaseUrl ?? "" };
    return runStep("restore", { root, args: [...bundleArguments("restore"), step, ...words], env: childEnv }, new AbortController().signal);
  };
  if (isVerifying) return run("verify", null);
  const lock = lockDataDir(settings.dataDir, "npm run restore");
  try {
    await run("secrets", settings.databaseUrl);
    if (settings.databaseUrl) return await run("database", settings.databaseUrl);
    const server = await ensurePostgres({ dataDir: settings.dataDir });
    try {
      await run("database", await provisionDatabase(settings.dataDir, server));
    } finally {
      await server.stop();
    }
  } finally {
    lock.release();
  }
}
