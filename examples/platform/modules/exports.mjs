import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { keepTables } from "../database/keep-tables.mjs";
import { ModuleError } from "./module-error.mjs";

/** @param {import("./catalog.mjs").Surroundings & { db: import("../database/open-database.mjs").Database }} surroundings @returns {import("./catalog.mjs").PlatformModule} */
export function exportsModule({ dir, watch, db }) {
  const folder = join(dir, "exports");
  return {
    declaration: {
      key: "exports",
      title: "Exports",
      version: "3.0.1",
      namespace: "exports",
      criticality: "optional",
      flags: { make: { default: true } },
      quotas: { files: { limit: 30, windowSeconds: 60 } },
      dependencies: ["catalog", "storage"],
      invariants: [{ id: "tenant_everywhere", level: 3, check: () => tenantEverywhere(watch) }],
      actions: {
        degrade: () => ({ make: "off" }),
        undegrade: () => ({ make: "on" }),
        tighten_limits: () => ({ files: "half" }),
        restore_limits: () => ({ files: "all" }),
      },
      snapshot: keepTables({ db, moduleKey: "exports", namespace: "exports" }, [{ table: "exports", order: "id" }]),
    },
    routes: [
      { method: "POST", path: /^exports$/, surface: "tenant", write: true, handle: (call) => make(folder, call) },
      { method: "GET", path: /^exports\/([0-9a-f-]{36})$/, surface: "tenant", handle: (call) => fetchOne(folder, call) },
      { method: "GET", path: /^exports$/, surface: "admin", handle: (call) => audit(watch, call) },
    ],
  };
}

/**
 * One cell that no spreadsheet takes for a formula: whatever begins like one gets an apostrophe, and quotes are doubled.
 * Source: OWASP, CSV injection.
 * @param {unknown} value
 */
export function safeCell(value) {
  const text = String(value ?? "");
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${inert.replaceAll('"', '""')}"`;
}

/** @param {string} folder @param {import("./catalog.mjs").Call} call */
async function make(folder, { db, tenantId, agent, traceId }) {
  if (!agent.isEnabled("make", tenantId)) throw new ModuleError("ERR_MODULE_DEGRADED", "Exports are not made just now", 503);
  if (!agent.takeQuota("files", tenantId)) throw new ModuleError("WARN_QUOTA_EXCEEDED", "Too many exports within a minute", 429);
  const rows = await db.read(tenantId, (tx) => tx`SELECT title, body, price_cents FROM documents ORDER BY title`);
  const text = [["title", "body", "price_cents"], ...rows.map((row) => [row.title, row.body, row.price_cents])]
    .map((cells) => cells.map(safeCell).join(","))
    .join("\r\n");
  // Tenants share no file: the newest export of each takes the place of the one before.
  const file = `${tenantId}.csv`;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${file}.${traceId}.new`), text);
  await rename(join(folder, `${file}.${traceId}.new`), join(folder, file));
  const id = randomUUID();
  const row = { tenant_id: tenantId, id, file, lines: rows.length, sha256: createHash("sha256").update(text).digest("hex") };
  const write = async (/** @type {any} */ tx) => {
    await tx`DELETE FROM exports WHERE created_at < now() - interval '1 hour'`;
    await tx`INSERT INTO exports ${tx(row)}`;
  };
  await agent.governedWrite(tenantId, "an export of the catalog", write, { traceId });
  return { id, lines: rows.length };
}

/** @param {string} folder @param {import("./catalog.mjs").Call} call */
async function fetchOne(folder, { db, tenantId, params }) {
  const [row] = await db.read(tenantId, (tx) => tx`SELECT file FROM exports WHERE id = ${params[0]}`);
  if (!row) throw new ModuleError("ERR_NOT_FOUND", "No such export", 404);
  return { csv: await readFile(join(folder, row.file), "utf8") };
}

/**
 * The operator's list of everybody's exports. A line is told for each in its tenant's name; one that has lost its tenant is told without, which is
 * just what Center's contract forbids.
 * @param {import("postgres").Sql} watch @param {import("./catalog.mjs").Call} call
 */
async function audit(watch, { agent, traceId }) {
  const rows = await watch`SELECT DISTINCT ON (tenant_id) tenant_id, id, file FROM exports ORDER BY tenant_id, created_at DESC LIMIT 50`;
  for (const row of rows) {
    const isLost = row.tenant_id === null;
    agent.log(isLost ? "ERR_TENANT_MISSING" : "INFO_EXPORT_LISTED", isLost ? "error" : "info", `Export ${row.file}`, {
      tenantId: row.tenant_id,
      traceId,
    });
  }
  return { exports: rows.length };
}

/** @param {import("postgres").Sql} watch */
async function tenantEverywhere(watch) {
  const [{ lost }] = await watch`SELECT count(*)::int AS lost FROM exports WHERE tenant_id IS NULL`;
  return { ok: lost === 0, count: lost, detail: lost === 0 ? "" : `${lost} exports belong to nobody (ERR_TENANT_MISSING)` };
}
