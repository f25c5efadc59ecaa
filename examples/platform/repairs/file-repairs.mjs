import { createHash } from "node:crypto";
import { access, mkdir, readdir, readFile, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { repairJob } from "./repair-job.mjs";

/** A file that is being stored has no row yet: only what is older than this belongs to nobody. */
const ORPHAN_AGE_MS = 10 * 60_000;

/** @typedef {import("./row-repairs.mjs").Open} Open */

const sha256 = (/** @type {Uint8Array} */ bytes) => createHash("sha256").update(bytes).digest("hex");
const isThere = (/** @type {string} */ file) =>
  access(file).then(
    () => true,
    () => false,
  );

/**
 * Files of a tenant that are moved aside, each under its run and number, and put back from there. Nothing is deleted.
 * @param {{ key: string, level: 1 | 2, open: Open, folder: string, aside: string, list: (tx: any, tenantId: string, files: { name: string, bytes: Buffer, ageMs: number }[]) => Promise<string[]> }} parts
 *   folder: where each tenant has its own. list: the names of those that are to go
 */
function fileRepair({ key, level, open, folder, aside, list }) {
  return repairJob({
    ...{ key, version: 1, level, open },
    async plan(tx, tenantId) {
      const files = await readFiles(join(folder, tenantId));
      const chosen = new Set(await list(tx, tenantId, files));
      const rows = files
        .filter(({ name }) => chosen.has(name))
        .map(({ name, bytes }) => ({
          ...{ table: "files", key: { name }, after: null },
          before: { sha256: sha256(bytes), bytes: bytes.length },
        }));
      return { rows };
    },
    async move(_tx, { tenantId, runId, n, key: of, isBack, from, to }) {
      const place = join(folder, tenantId, String(of.name));
      const kept = join(aside, tenantId, runId, String(n));
      if (isBack) {
        if (!(await isThere(kept))) return isSame(place, to);
        // Somebody made it anew: that one counts, and ours stays aside.
        if (await isThere(place)) return false;
        await mkdir(dirname(place), { recursive: true });
        await rename(kept, place);
        return true;
      }
      if (await isThere(kept)) return true; // moved just before something died
      if (!(await isSame(place, from))) return !(await isThere(place));
      await mkdir(dirname(kept), { recursive: true });
      await rename(place, kept);
      return true;
    },
  });
}

/** @param {string} file @param {Record<string, unknown> | null} expected */
async function isSame(file, expected) {
  const bytes = await readFile(file).catch(() => null);
  return bytes === null ? expected === null : sha256(bytes) === expected?.sha256;
}

/** @param {string} folder */
async function readFiles(folder) {
  const names = await readdir(folder).catch(() => []);
  const now = Date.now();
  const files = await Promise.all(
    names.map(async (name) => {
      const file = join(folder, name);
      const [bytes, times] = await Promise.all([readFile(file).catch(() => null), stat(file).catch(() => null)]);
      return bytes && times ? { name, bytes, ageMs: now - times.mtimeMs } : null;
    }),
  );
  return files.filter((file) => file !== null);
}

/** Cached files that do not match their checksum. @param {Open} open @param {string} dir @param {(raw: string) => unknown} readEntry null for a corrupt one */
export function purgeCacheRepair(open, dir, readEntry) {
  return fileRepair({
    ...{ key: "repair_purge_cache", level: 1, open, folder: join(dir, "cache"), aside: join(dir, "repaired", "cache") },
    list: async (_tx, _tenantId, files) =>
      files.filter(({ name, bytes }) => name.endsWith(".json") && !readEntry(bytes.toString("utf8"))).map(({ name }) => name),
  });
}

/** Stored files that no row names. @param {Open} open @param {string} dir */
export function orphanFilesRepair(open, dir) {
  return fileRepair({
    ...{ key: "repair_orphan_files", level: 2, open, folder: join(dir, "objects"), aside: join(dir, "repaired", "objects") },
    async list(tx, tenantId, files) {
      const named = new Set(
        (await tx`SELECT DISTINCT sha256 FROM objects WHERE tenant_id = ${tenantId}`).map((/** @type {any} */ row) => row.sha256),
      );
      return files.filter(({ name, ageMs }) => ageMs > ORPHAN_AGE_MS && !named.has(name)).map(({ name }) => name);
    },
  });
}
