import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runAsScript } from "./report.mjs";
import { isCode, isTest, walkHouse } from "./source-files.mjs";
import { parseFile } from "./syntax-tree.mjs";

/** Everything is bounded, and whoever is on call finds every bound on one page. */
export const LIMIT_RULES = {
  "limits-exist": "lib/platform/limits.ts exports LIMITS",
  "limits-once": "only lib/platform/limits.ts exports LIMITS",
};

const HOME = "lib/platform/limits.ts";
const PRODUCT = /^(app|components|db|i18n|lib)\//;

/** @param {string} root @returns {import("./report.mjs").Violation[]} */
export function findLimitViolations(root) {
  const exporters = walkHouse(root).files.filter(
    (path) => PRODUCT.test(path) && isCode(path) && !isTest(path) && exportsLimits(root, path),
  );
  const strays = exporters.filter((path) => path !== HOME).map((path) => violation("limits-once", path));
  return exporters.includes(HOME) ? strays : [violation("limits-exist", HOME), ...strays];
}

function violation(rule, path) {
  return { path, rule, message: LIMIT_RULES[rule] };
}

function exportsLimits(root, path) {
  const source = readFileSync(join(root, path), "utf8");
  if (!source.includes("LIMITS")) return false;
  return parseFile(source, path).body.some((item) => exportedNames(item).includes("LIMITS"));
}

function exportedNames(item) {
  if (item.type === "ExportDeclaration") return (item.declaration.declarations ?? []).map(({ id }) => id.value);
  if (item.type !== "ExportNamedDeclaration") return [];
  return item.specifiers.map((specifier) => (specifier.exported ?? specifier.orig ?? specifier.name)?.value);
}

await runAsScript(import.meta.url, findLimitViolations);
