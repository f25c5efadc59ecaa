import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cruise } from "dependency-cruiser";
import { runAsScript } from "./report.mjs";
import { isCode, walkHouse } from "./source-files.mjs";
import { importsOf, parseFile } from "./syntax-tree.mjs";

/**
 * Judges every import by .dependency-cruiser.cjs.
 *
 * dependency-cruiser's own reading through swc misses re-exports, cannot read JSX and does not tell types from values, so it is given a
 * mirror of the house in which each file holds its imports and nothing else. Re-exports, `import()` and `require()` stand there as
 * imports, and what is imported for its type alone as `import = require()`, which the house itself never writes.
 *
 * @param {string} root
 * @returns {Promise<import("./report.mjs").Violation[]>}
 */
export async function findBoundaryViolations(root) {
  const mirror = mkdtempSync(join(tmpdir(), "boundaries-"));
  try {
    const code = mirrorImports(root, mirror);
    const { forbidden, options } = createRequire(import.meta.url)(join(root, ".dependency-cruiser.cjs"));
    const settings = { ...options, baseDir: mirror, validate: true, ruleSet: { forbidden } };
    const { output } = await cruise(code, settings, { alias: { "@": mirror } });
    const comments = new Map(forbidden.map(({ name, comment }) => [name, comment]));
    return output.summary.violations.map((found) => describeViolation(found, comments)).sort(byPlace);
  } finally {
    rmSync(mirror, { recursive: true });
  }
}

/** @returns {string[]} the code files of the mirror, relative */
function mirrorImports(root, mirror) {
  const { files } = walkHouse(root);
  for (const folder of new Set(files.map(dirname))) mkdirSync(join(mirror, folder), { recursive: true });
  for (const path of files) writeFileSync(join(mirror, path), contentsInMirror(root, path));
  symlinkSync(join(root, "node_modules"), join(mirror, "node_modules"));
  return files.filter(isCode);
}

function contentsInMirror(root, path) {
  if (path === "package.json" || path === "package-lock.json") return readFileSync(join(root, path));
  if (!isCode(path)) return "";
  const imports = importsOf(parseFile(readFileSync(join(root, path), "utf8"), path));
  const values = new Set(imports.filter(({ isTypeOnly }) => !isTypeOnly).map(({ source }) => source));
  const types = new Set(imports.map(({ source }) => source).filter((source) => !values.has(source)));
  const lines = [...values].map((source) => `import ${JSON.stringify(source)};`);
  return [...lines, ...[...types].map((source, at) => `import type${at} = require(${JSON.stringify(source)});`)].join("\n");
}

function describeViolation({ from, to, rule, cycle }, comments) {
  const target = cycle ? cycle.map(({ name }) => name).join(" → ") : to;
  return { path: from, rule: rule.name, message: `→ ${target}  ${comments.get(rule.name)}` };
}

function byPlace(left, right) {
  return left.path.localeCompare(right.path) || left.rule.localeCompare(right.rule) || left.message.localeCompare(right.message);
}

await runAsScript(import.meta.url, findBoundaryViolations);
