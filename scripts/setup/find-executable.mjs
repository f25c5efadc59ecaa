import fs from "node:fs";
import path from "node:path";

/**
 * @param {string} name
 * @param {Record<string, string | undefined>} env
 * @returns {string | null} the first executable of that name on PATH
 */
export function findExecutable(name, env) {
  for (const folder of (env.PATH ?? "").split(path.delimiter).filter(Boolean)) {
    const file = path.join(folder, name);
    try {
      fs.accessSync(file, fs.constants.X_OK);
      if (fs.statSync(file).isFile()) return file;
    } catch {
      // Not there or not ours to run: the next folder may have it.
    }
  }
  return null;
}
