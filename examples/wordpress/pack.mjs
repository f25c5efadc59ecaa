import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeZip } from "./write-zip.mjs";

const SOURCES = join(import.meta.dirname, "wp-pay");
export const MAIN = "wp-pay.php";

/** Run by the rehearsal in Center's sandbox. */
export const SMOKE = "smoke.php";

/**
 * The files of one version: what all share, and over it what is the version's own.
 * @param {string} name the plugin's folder and key @param {string} version
 * @returns {Record<string, string>}
 */
export function filesOf(name, version) {
  const own = join(SOURCES, version);
  const read = (/** @type {string} */ folder) =>
    existsSync(folder) ? readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]) : [];
  return {
    ...Object.fromEntries([...read(join(SOURCES, "common")), ...read(own)]),
    "version.php": `<?php\nreturn '${version}';\n`,
    "plugin.json": JSON.stringify({ name, version, main: MAIN, smoke: SMOKE }),
  };
}

/** The same as an artifact, as WordPress' own are. @param {string} name @param {string} version */
export function packVersion(name, version) {
  return writeZip(Object.entries(filesOf(name, version)).map(([path, text]) => ({ path, bytes: Buffer.from(text) })));
}
