import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ModuleError } from "./module-error.mjs";

const FRESH_MS = 10 * 60_000;

/** Summaries that are dear to make, kept as files with their own checksum. @param {import("./catalog.mjs").Surroundings} surroundings @returns {import("./catalog.mjs").PlatformModule} */
export function cacheModule({ dir }) {
  const folder = join(dir, "cache");
  return {
    declaration: {
      key: "cache",
      title: "Cache",
      version: "1.2.0",
      namespace: "cache",
      criticality: "optional",
      flags: { keep: { default: true } },
      dependencies: ["catalog"],
      invariants: [{ id: "checksums_match", level: 1, check: () => checksumsMatch(folder) }],
      actions: {
        purge_cache: ({ tenantId }) => purge(folder, tenantId),
        degrade: () => ({ keep: "off" }),
        undegrade: () => ({ keep: "on" }),
      },
    },
    routes: [{ method: "GET", path: /^summary$/, surface: "tenant", handle: (call) => summary(folder, call) }],
  };
}

const sha256 = (/** @type {string} */ text) => createHash("sha256").update(text).digest("hex");

/** @param {string} folder @param {import("./catalog.mjs").Call} call */
async function summary(folder, { db, tenantId, agent }) {
  // Degraded, it keeps nothing and reads nothing: slower, and right.
  const isKept = agent.isEnabled("keep", tenantId);
  const file = join(folder, tenantId, "summary.json");
  const kept = isKept ? await readKept(file) : null;
  if (kept && Date.now() - kept.at < FRESH_MS) return JSON.parse(kept.text);
  const [row] = await db.read(
    tenantId,
    (tx) => tx`SELECT count(*)::int AS documents, avg(price_cents)::int AS average_cents, max(price_cents) AS dearest_cents FROM documents`,
  );
  const text = JSON.stringify(row);
  if (isKept) await keep(file, text);
  return row;
}

/** @param {string} file */
async function readKept(file) {
  const raw = await readFile(file, "utf8").catch(() => null);
  if (raw === null) return null;
  const entry = readEntry(raw);
  if (!entry) throw new ModuleError("ERR_CACHE_CORRUPT", "A cached summary does not match its checksum");
  return entry;
}

/** @param {string} raw @returns {{ at: number, text: string } | null} null where the checksum is another */
export function readEntry(raw) {
  const [head = "", text = ""] = raw.split("\n", 2);
  const [sum, at] = head.split(" ");
  return sum === sha256(text) && Number(at) > 0 ? { at: Number(at), text } : null;
}

/** @param {string} file @param {string} text */
async function keep(file, text) {
  await mkdir(join(file, ".."), { recursive: true });
  const beside = `${file}.${randomUUID()}.new`;
  await writeFile(beside, `${sha256(text)} ${Date.now()}\n${text}`);
  await rename(beside, file);
}

/** @param {string} folder @param {string | null} tenantId */
async function purge(folder, tenantId) {
  const tenants = tenantId ? [tenantId] : await readdir(folder).catch(() => []);
  for (const tenant of tenants) await rm(join(folder, tenant), { recursive: true, force: true });
  return { tenants: tenants.length };
}

/** @param {string} folder */
async function checksumsMatch(folder) {
  let corrupt = 0;
  for (const tenant of await readdir(folder).catch(() => [])) {
    for (const name of await readdir(join(folder, tenant)).catch(() => [])) {
      if (!name.endsWith(".json")) continue;
      const raw = await readFile(join(folder, tenant, name), "utf8").catch(() => null);
      if (raw !== null && !readEntry(raw)) corrupt += 1;
    }
  }
  return {
    ok: corrupt === 0,
    count: corrupt,
    detail: corrupt === 0 ? "" : `${corrupt} entries do not match their checksum (ERR_CACHE_CORRUPT)`,
  };
}
