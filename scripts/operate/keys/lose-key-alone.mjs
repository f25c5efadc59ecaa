import { ensurePostgres } from "../../embedded-postgres.mjs";
import { lockDataDir } from "../../supervisor/lock-data-dir.mjs";
import { provisionDatabase } from "../../supervisor/provision-database.mjs";
import { childEnvironment, readSettings } from "../../supervisor/read-settings.mjs";
import { bundleArguments, runStep } from "../../supervisor/run-step.mjs";
import { centerSecrets } from "../../supervisor/secrets.mjs";

/**
 * Runs the order that gives up a lost master key: with the database of `DATABASE_URL`, or with the embedded one, started for that long. A
 * new key is made in `DATA_DIR` unless the environment or an earlier start made one.
 *
 * @param {string} root
 * @param {Record<string, string | undefined>} env
 * @param {string[]} words the order
 * @returns {Promise<number>} the exit code
 * @throws {Error} when the order fails (it has said why), or a Center runs on DATA_DIR
 */
export async function loseKeyAlone(root, env, words) {
  const settings = readSettings(root, env);
  const lock = lockDataDir(settings.dataDir, "npm run ops");
  try {
    const server = settings.databaseUrl ? null : await ensurePostgres({ dataDir: settings.dataDir });
    try {
      const databaseUrl = server ? await provisionDatabase(settings.dataDir, server) : /** @type {string} */ (settings.databaseUrl);
      const childEnv = childEnvironment(settings, { databaseUrl, secrets: centerSecrets(settings.dataDir, env) }, env);
      await runStep("ops", { root, args: [...bundleArguments("ops"), ...words], env: childEnv }, new AbortController().signal);
      return 0;
    } finally {
      await server?.stop();
    }
  } finally {
    lock.release();
  }
}
