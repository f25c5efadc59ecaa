import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

/** The file's value, or null when there is no such file. */
export function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null;
}

/** Replaces a file by rename, readable by its owner only; leaves it alone when it already says the same. */
export function writeJson(file, value) {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
