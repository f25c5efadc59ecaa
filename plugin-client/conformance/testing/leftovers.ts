import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";

/** Files with at least one byte in an agent's `staging/`, or in a version's folder other than 1.0.0's. @param dir where both lie */
export function leftoversIn(dir: string): string[] {
  const below = (folder: string) =>
    existsSync(folder)
      ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() || entry.isSymbolicLink())
      : [];
  return [...below(join(dir, "staging")), ...below(join(dir, "versions"))]
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(join(dir, "versions", "1.0.0")) && (statSync(path, { throwIfNoEntry: false })?.size ?? 1) > 0)
    .map((path) => relative(dir, path));
}
