import { access, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FONT } from "./font.mjs";

const FIRST = "1.4.0";

/**
 * Glyphs lie in releases; `current.json` names the one in force and the last that was validated before it.
 * @param {string} dir of the platform
 */
export async function readGlyphs(dir) {
  const { current } = await readPointer(dir);
  const glyphs = JSON.parse(await readFile(join(dir, "ocr", `${current}.json`), "utf8"));
  return { release: current, glyphs };
}

/** @param {string} dir @returns {Promise<{ current: string, validated: string }>} */
async function readPointer(dir) {
  return JSON.parse(await readFile(join(dir, "ocr", "current.json"), "utf8"));
}

/** Lays the first release out where there is none. @param {string} dir */
export async function ensureReleases(dir) {
  await mkdir(join(dir, "ocr"), { recursive: true });
  const pointer = await readPointer(dir).catch(() => null);
  if (pointer) return;
  await writeFile(join(dir, "ocr", `${FIRST}.json`), JSON.stringify(FONT));
  await point(dir, { current: FIRST, validated: FIRST });
}

/**
 * Puts a release in force; whether it reads right is found out afterwards.
 * @param {string} dir @param {string} release @param {Record<string, readonly number[]>} glyphs
 */
export async function publishRelease(dir, release, glyphs) {
  const { validated } = await readPointer(dir);
  await writeFile(join(dir, "ocr", `${release}.json`), JSON.stringify(glyphs));
  await point(dir, { current: release, validated });
}

/**
 * Goes back to the release that is named, or to the last validated one; already there is no change.
 * @param {string} dir @param {unknown} [wanted]
 * @throws {Error} for a release that is not on the disk: nothing is changed
 */
export async function rollBackRelease(dir, wanted) {
  const { current, validated } = await readPointer(dir);
  const to = typeof wanted === "string" && /^\d+\.\d+\.\d+$/.test(wanted) ? wanted : validated;
  await access(join(dir, "ocr", `${to}.json`)).catch(() => {
    throw new Error(`release ${to} is not here`);
  });
  await point(dir, { current: to, validated: to });
  return { from: current, to };
}

/** @param {string} dir @param {{ current: string, validated: string }} pointer */
async function point(dir, pointer) {
  const file = join(dir, "ocr", "current.json");
  await writeFile(`${file}.new`, JSON.stringify(pointer));
  await rename(`${file}.new`, file);
}
