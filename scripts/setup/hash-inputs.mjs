import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

/** Never part of what is built: tests, prose, and what tools drop. */
const IGNORED = /(^\.)|(^node_modules$)|(\.(test|spec)\.[cm]?[jt]sx?$)|(\.md$)|(\.tsbuildinfo$)/;

/**
 * One number for the content of many files: equal when nothing that matters has changed, whatever the clock or git did to the dates.
 *
 * @param {string} root
 * @param {string[]} names files or folders below root; absent ones count as absent
 * @param {Record<string, string | undefined>} [facts] what else the result depends on (versions, variables)
 * @returns {string} sha256, hex
 */
export function hashInputs(root, names, facts = {}) {
  const hash = createHash("sha256");
  for (const file of names.flatMap((name) => listFiles(root, name)).sort()) {
    const content = fs.readFileSync(path.join(root, file));
    hash.update(`${file.split(path.sep).join("/")}\0${content.length}\0`).update(content);
  }
  return hash.update(JSON.stringify(Object.entries(facts).sort())).digest("hex");
}

/** @param {string} root @param {string} name @returns {string[]} relative to root */
function listFiles(root, name) {
  const stat = fs.statSync(path.join(root, name), { throwIfNoEntry: false });
  if (!stat) return [];
  if (!stat.isDirectory()) return stat.isFile() ? [name] : [];
  const entries = fs.readdirSync(path.join(root, name)).filter((entry) => !IGNORED.test(entry));
  return entries.flatMap((entry) => listFiles(root, path.join(name, entry)));
}
