import path from "node:path";
import { acquireLock, LockHeldError, lockHolder } from "../process/process-lock.mjs";
import { SettingsError } from "./read-settings.mjs";

/** @param {string} dataDir */
const lockDirectory = (dataDir) => path.join(dataDir, "lock");

/**
 * One Center a DATA_DIR.
 *
 * @param {string} dataDir
 * @param {string} purpose told to whoever is refused
 * @throws {SettingsError} naming the process that runs there
 */
export function lockDataDir(dataDir, purpose) {
  try {
    return acquireLock(lockDirectory(dataDir), purpose);
  } catch (error) {
    if (!(error instanceof LockHeldError)) throw error;
    throw new SettingsError(
      `another Center (process ${error.pid}, ${error.purpose}) runs on ${dataDir}: stop it, or choose another DATA_DIR`,
    );
  }
}

/** @param {string} dataDir @returns {boolean} whether a living process has it locked */
export const isDataDirLocked = (dataDir) => lockHolder(lockDirectory(dataDir)) !== null;
