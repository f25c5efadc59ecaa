import { livePostmaster } from "../postgres/cluster-processes.mjs";
import { clusterDirectory } from "../postgres/create-cluster.mjs";
import { ownerUrl } from "./provision-database.mjs";
import { childEnvironment, readSettings, SettingsError } from "./read-settings.mjs";
import { CENTER_SECRETS, readSecret } from "./secrets.mjs";

/**
 * The environment of a program that joins a Center: the database of `DATABASE_URL`, or the embedded one that `npm start` runs here; its
 * secrets from the environment, or from `DATA_DIR`. Makes nothing: a key of its own would fit nobody's data.
 *
 * @param {string} root
 * @param {Record<string, string | undefined>} env
 * @returns {Record<string, string | undefined>}
 * @throws {SettingsError} naming what is missing
 */
export function joinCenter(root, env) {
  const settings = readSettings(root, env);
  const secrets = Object.entries(CENTER_SECRETS).map(([name, file]) => {
    const value = env[name] || readSecret(settings.dataDir, file);
    if (!value)
      throw new SettingsError(
        `${name} is missing: give this process the one of the Center it joins (DATA_DIR ${settings.dataDir} has none)`,
      );
    return [name, value];
  });
  const databaseUrl = settings.databaseUrl ?? runningDatabase(settings.dataDir);
  return childEnvironment(settings, { databaseUrl, secrets: Object.fromEntries(secrets) }, env);
}

/** @param {string} dataDir */
function runningDatabase(dataDir) {
  const postmaster = livePostmaster(clusterDirectory(dataDir));
  if (!postmaster?.ready) throw new SettingsError(`DATABASE_URL is not set, and no npm start runs on ${dataDir}`);
  return ownerUrl(dataDir, postmaster.port);
}
