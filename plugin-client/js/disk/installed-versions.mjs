import { lstatSync, mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { compareVersions, parseVersion } from "../command/compare-versions.mjs";
import { AGENT_LIMITS } from "../limits.mjs";
import { syncFolder } from "./durable-file.mjs";

/** @typedef {import("./layout.mjs").Layout} Layout */

/**
 * The version `current` points at, or null when nothing usable is installed.
 * @param {Layout} layout
 */
export function diskVersion(layout) {
  if (!lstatSync(layout.current, { throwIfNoEntry: false })?.isSymbolicLink()) return null;
  const version = basename(readlinkSync(layout.current));
  return isInstalled(layout, version) ? version : null;
}

/** @type {(layout: Layout, version: string) => boolean} */
export function isInstalled(layout, version) {
  if (!parseVersion(version)) return false;
  return lstatSync(join(layout.versions, version), { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/**
 * Points `current` at a version with one rename, so that a reader sees the old or the new one and never neither.
 * @param {Layout} layout
 * @param {string} version
 * @param {() => void} beforeRename
 */
export function pointCurrentAt(layout, version, beforeRename) {
  rmSync(layout.currentNew, { force: true });
  symlinkSync(join("versions", version), layout.currentNew);
  beforeRename();
  renameSync(layout.currentNew, layout.current);
  syncFolder(layout.dir);
}

/**
 * Moves an unpacked folder to its place among the versions. A folder already there is a leftover or a former copy, never the running
 * one; the signed digest speaks for the new bytes.
 * @param {Layout} layout
 * @param {string} staged
 * @param {string} version
 */
export function installVersion(layout, staged, version) {
  const place = join(layout.versions, version);
  if (isInstalled(layout, version)) renameSync(place, join(layout.staging, `replaced-${version}`));
  renameSync(staged, place);
  syncFolder(layout.versions);
}

/** Empties the staging folder: whatever lies there belongs to no attempt that is still going on. @param {Layout} layout */
export function clearStaging(layout) {
  rmSync(layout.staging, { recursive: true, force: true });
  mkdirSync(layout.staging, { recursive: true, mode: 0o700 });
  rmSync(layout.currentNew, { force: true });
}

/** Removes the versions that are not to be kept. @type {(layout: Layout, keep: (string | null | undefined)[]) => void} */
export function pruneVersions(layout, keep) {
  for (const version of readdirSync(layout.versions)) {
    if (!keep.includes(version)) rmSync(join(layout.versions, version), { recursive: true, force: true });
  }
}

/**
 * What a directory without a journal holds: the installed version, and the next lower one as a copy to go back to.
 * @param {Layout} layout
 * @throws Error when nothing is installed: the agent supervises a plugin, it does not bring the first one
 */
export function surveyVersions(layout) {
  const good = diskVersion(layout);
  if (good === null) throw new Error(`${layout.current} points at no version under ${layout.versions}: install the plugin first`);
  const lower = readdirSync(layout.versions)
    .filter((version) => isInstalled(layout, version) && compareVersions(version, good) < 0)
    .sort((a, b) => compareVersions(b, a));
  return { good, kept: [good, ...lower].slice(0, AGENT_LIMITS.goodVersionsKept) };
}
