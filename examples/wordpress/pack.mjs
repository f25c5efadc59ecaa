import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeTarGzip } from "../shop/tar-writer.mjs";

const SOURCES = join(import.meta.dirname, "wp-pay");
export const MAIN = "wp-pay.php";

/** What the rehearsal in the sandbox can say of a plugin that needs a WordPress: it is complete and of one version. */
const SMOKE = `import { readFileSync } from "node:fs";
const read = (name) => readFileSync(new URL(name, import.meta.url), "utf8");
const { version, main } = JSON.parse(read("./plugin.json"));
const isOne = read("./version.php").includes(version) && read("./" + main).includes("Plugin Name:");
const results = [{ name: "one version", ok: isOne, detail: version }];
console.log(JSON.stringify({ passed: isOne ? 1 : 0, failed: isOne ? 0 : 1, results }));
process.exit(isOne ? 0 : 1);
`;

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
    "plugin.json": JSON.stringify({ name, version, main: MAIN, smoke: "smoke.mjs" }),
    "smoke.mjs": SMOKE,
  };
}

/** The same as an artifact. @param {string} name @param {string} version */
export function packVersion(name, version) {
  return writeTarGzip(Object.entries(filesOf(name, version)).map(([path, text]) => ({ path, bytes: Buffer.from(text) })));
}
