import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Replaces a file so that any crash leaves the whole old or the whole new text: write beside it, fsync, rename, fsync the folder.
 * @param {string} path
 * @param {string} text
 * @param {() => void} [beforeRename] called between the fsync and the rename (a kill point)
 */
export function writeDurably(path, text, beforeRename = () => undefined) {
  const temporary = `${path}.new`;
  const file = openSync(temporary, "w", 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  beforeRename();
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

/** Removes a file durably; a missing one is fine. @param {string} path */
export function removeDurably(path) {
  rmSync(path, { force: true });
  syncFolder(dirname(path));
}

/** Makes renames and removals in a folder survive a power cut. @param {string} path */
export function syncFolder(path) {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** The text of a file, or null when there is none. @param {string} path */
export function readText(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return null;
    throw error;
  }
}

/**
 * The JSON of a file, or null when it is missing or no JSON object.
 * @param {string} path
 * @returns {any}
 */
export function readJson(path) {
  const text = readText(path);
  if (text === null) return null;
  try {
    const value = JSON.parse(text);
    return typeof value === "object" ? value : null;
  } catch {
    return null; // every JSON file here can be rebuilt, so an unreadable one counts as missing
  }
}
