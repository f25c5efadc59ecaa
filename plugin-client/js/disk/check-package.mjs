import { lstatSync } from "node:fs";
import { join } from "node:path";
import { AGENT_LIMITS } from "../limits.mjs";
import { checkEntryPath } from "./check-entry-path.mjs";
import { readJson } from "./durable-file.mjs";

/**
 * Preflight: does an unpacked folder hold the package it claims to be, with a main file that can be started?
 * @param {string} folder
 * @param {{ name: string | null, version: string }} expected a null name accepts any
 * @returns {string | null} the problem, or null when the package is sound
 */
export function checkPackage(folder, expected) {
  const manifestPath = join(folder, "plugin.json");
  if (!isFile(manifestPath)) return "plugin.json is missing";
  if (lstatSync(manifestPath).size > AGENT_LIMITS.manifestBytes) return "plugin.json is too long";
  const manifest = readJson(manifestPath);
  if (!manifest) return "plugin.json is unreadable";
  if (expected.name !== null && manifest.name !== expected.name) return "plugin.json has another name";
  if (manifest.version !== expected.version) return "plugin.json has another version";
  return mainOf(folder) ? null : "plugin.json names no main file";
}

/**
 * The absolute path of a package's main file, or null when it has none inside itself.
 * @param {string} folder
 */
export function mainOf(folder) {
  const main = readJson(join(folder, "plugin.json"))?.main;
  const checked = typeof main === "string" ? checkEntryPath(main, false) : { problem: "no main" };
  if ("problem" in checked) return null;
  const path = join(folder, checked.path);
  return isFile(path) ? path : null;
}

/** @param {string} path */
function isFile(path) {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
