import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Folders that tools or a run leave behind: nobody writes them by hand, so no rule of the house speaks about them. */
const LEFT_BEHIND = new Set([".build", ".data", ".demo", ".git", ".next", "coverage", "node_modules", "playwright-report", "test-results"]);

const CODE = /\.(ts|tsx|mjs|cjs|js|jsx)$/;
/** Tests, and what stands beside them to help them. */
const TEST = /\.test\.tsx?$|^(test|e2e)\/|\/testing\//;

/** @param {string} path relative, with forward slashes */
export const isCode = (path) => CODE.test(path) && !path.endsWith(".d.ts");

/** @param {string} path relative, with forward slashes */
export const isTest = (path) => TEST.test(path);

/**
 * Walks the house below `root` without what tools leave behind.
 *
 * @param {string} root absolute folder
 * @returns {{ files: string[], folders: Map<string, string[]> }} relative paths with forward slashes, sorted; a folder's entries by name
 */
export function walkHouse(root) {
  const files = [];
  const folders = new Map();
  const pending = [""];
  while (pending.length > 0) {
    const folder = pending.pop();
    const entries = readdirSync(join(root, folder), { withFileTypes: true }).filter((entry) => !LEFT_BEHIND.has(entry.name));
    folders.set(folder || ".", entries.map((entry) => entry.name).sort());
    for (const entry of entries) {
      const path = folder ? `${folder}/${entry.name}` : entry.name;
      if (entry.isDirectory()) pending.push(path);
      else if (entry.isFile()) files.push(path);
    }
  }
  return { files: files.sort(), folders };
}
