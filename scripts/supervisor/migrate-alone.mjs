import { ensurePostgres } from "../embedded-postgres.mjs";
import { joinCenter } from "./join-center.mjs";
import { isDataDirLocked, lockDataDir } from "./lock-data-dir.mjs";
import { provisionDatabase } from "./provision-database.mjs";
import { childEnvironment, readSettings } from "./read-settings.mjs";
import { bundleArguments, runStep } from "./run-step.mjs";
import { centerSecrets } from "./secrets.mjs";

/**
 * Runs the migrations alone: on `DATABASE_URL`, on the database of a running `npm start`, or on the embedded one, started for that long.
 *
 * @param {string} root
 * @param {Record<string, string | undefined>} env
 * @throws {Error} when a migration fails (it has said why)
 */
export async function migrateAlone(root, env) {
  const settings = readSettings(root, env);
  const run = (/** @type {Record<string, string | undefined>} */ childEnv) =>
    runStep("migrate", { root, args: bundleArguments("migrate"), env: childEnv }, new AbortController().signal);

  if (settings.databaseUrl) {
    const secrets = centerSecrets(settings.dataDir, env);
    await run(childEnvironment(settings, { databaseUrl: settings.databaseUrl, secrets }, env));
    return;
  }
  if (isDataDirLocked(settings.dataDir)) {
    await run(joinCenter(root, env));
    return;
  }
  const lock = lockDataDir(settings.dataDir, "npm run migrate");
  const server = await ensurePostgres({ dataDir: settings.dataDir });
  try {
    const databaseUrl = await provisionDatabase(settings.dataDir, server);
    await run(childEnvironment(settings, { databaseUrl, secrets: centerSecrets(settings.dataDir, env) }, env));
  } finally {
    await server.stop();
    lock.release();
  }
}
