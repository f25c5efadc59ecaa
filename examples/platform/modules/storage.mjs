import { createHash } from "node:crypto";
import { access, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { keepTables } from "../database/keep-tables.mjs";
import { ModuleError } from "./module-error.mjs";

/** Files by the digest of what is in them; rows say whose and what they are called. @param {import("./catalog.mjs").Surroundings & { db: import("../database/open-database.mjs").Database }} surroundings @returns {import("./catalog.mjs").PlatformModule} */
export function storageModule({ dir, watch, db }) {
  const folder = join(dir, "objects");
  return {
    declaration: {
      key: "storage",
      title: "Storage",
      version: "2.0.0",
      namespace: "storage",
      criticality: "standard",
      flags: { uploads: { default: true } },
      invariants: [{ id: "objects_present", level: 2, check: () => objectsPresent(folder, watch) }],
      actions: { degrade: () => ({ uploads: "off" }), undegrade: () => ({ uploads: "on" }) },
      snapshot: keepObjects(folder, db),
    },
    routes: [
      { method: "PUT", path: /^files\/([a-z0-9.-]{1,60})$/, surface: "tenant", write: true, handle: (call) => store(folder, call) },
      { method: "GET", path: /^files\/([a-z0-9.-]{1,60})$/, surface: "tenant", handle: (call) => load(folder, call) },
    ],
  };
}

const pathOf = (/** @type {string} */ folder, /** @type {string} */ tenantId, /** @type {string} */ sha) => join(folder, tenantId, sha);

/** @param {string} folder @param {import("./catalog.mjs").Call} call */
async function store(folder, { tenantId, agent, params, body, traceId }) {
  if (!agent.isEnabled("uploads", tenantId)) throw new ModuleError("ERR_MODULE_DEGRADED", "Uploads are not taken just now", 503);
  const sha = createHash("sha256").update(body).digest("hex");
  const file = pathOf(folder, tenantId, sha);
  await mkdir(join(folder, tenantId), { recursive: true });
  await writeFile(`${file}.${traceId}.new`, body);
  await rename(`${file}.${traceId}.new`, file);
  const row = { tenant_id: tenantId, name: params[0], sha256: sha, bytes: body.length };
  const unused = await agent.governedWrite(
    tenantId,
    `file ${params[0]}`,
    async (/** @type {any} */ tx) => {
      const [before] = await tx`SELECT sha256 FROM objects WHERE name = ${params[0]} FOR UPDATE`;
      await tx`INSERT INTO objects ${tx(row)} ON CONFLICT (tenant_id, name) DO UPDATE SET sha256 = excluded.sha256, bytes = excluded.bytes, created_at = now()`;
      if (!before || before.sha256 === sha) return null;
      const [other] = await tx`SELECT 1 FROM objects WHERE sha256 = ${before.sha256} LIMIT 1`;
      return other ? null : before.sha256;
    },
    { traceId },
  );
  if (unused) await rm(pathOf(folder, tenantId, unused), { force: true });
  return { name: params[0], sha256: sha, bytes: body.length };
}

/** @param {string} folder @param {import("./catalog.mjs").Call} call @returns {Promise<{ name: string, base64: string }>} */
export async function load(folder, { db, tenantId, params }) {
  const [row] = await db.read(tenantId, (tx) => tx`SELECT sha256 FROM objects WHERE name = ${params[0]}`);
  if (!row) throw new ModuleError("ERR_NOT_FOUND", "No such file", 404);
  const bytes = await readFile(pathOf(folder, tenantId, row.sha256)).catch(() => null);
  if (!bytes) throw new ModuleError("ERR_STORAGE_MISSING", `The bytes of ${params[0]} are gone`);
  if (createHash("sha256").update(bytes).digest("hex") !== row.sha256)
    throw new ModuleError("ERR_STORAGE_CHANGED", `The bytes of ${params[0]} are others`);
  return { name: params[0], base64: bytes.toString("base64") };
}

/** @param {string} folder @param {import("postgres").Sql} watch */
async function objectsPresent(folder, watch) {
  const rows = await watch`SELECT tenant_id, sha256 FROM objects LIMIT 2000`;
  const present = await Promise.all(
    rows.map(({ tenant_id: tenantId, sha256 }) =>
      access(pathOf(folder, tenantId, sha256)).then(
        () => true,
        () => false,
      ),
    ),
  );
  const missing = present.filter((isThere) => !isThere).length;
  return {
    ok: missing === 0,
    count: missing,
    detail: missing === 0 ? "" : `${missing} of ${rows.length} files are gone (ERR_STORAGE_MISSING)`,
  };
}

/**
 * Saves what files there are and what is in them by digest; the bytes stay where they are. Putting it back, it says of how many the bytes are
 * gone meanwhile.
 * @param {string} folder @param {import("../database/open-database.mjs").Database} db
 */
function keepObjects(folder, db) {
  const kept = keepTables({ db, moduleKey: "storage", namespace: "storage" }, [{ table: "objects", order: "name" }]);
  const list = (/** @type {string} */ tenantId) => db.read(tenantId, (tx) => tx`SELECT sha256 FROM objects`);
  /** @typedef {import("../../../module-client/js/types.d.mts").Task} Task */
  return {
    take: async (/** @type {Task} */ task) => {
      await kept.take(task);
      return { object_refs: (await list(task.tenantId ?? "")).length };
    },
    restore: async (/** @type {Task} */ task) => {
      await kept.restore(task);
      const rows = await list(task.tenantId ?? "");
      const there = await Promise.all(
        rows.map(({ sha256 }) =>
          access(pathOf(folder, task.tenantId ?? "", sha256)).then(
            () => true,
            () => false,
          ),
        ),
      );
      return { objects_missing: there.filter((isThere) => !isThere).length };
    },
  };
}
