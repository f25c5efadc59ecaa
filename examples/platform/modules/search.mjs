import { keepTables } from "../database/keep-tables.mjs";
import { ModuleError } from "./module-error.mjs";

/** @param {import("./catalog.mjs").Surroundings & { db: import("../database/open-database.mjs").Database }} surroundings @returns {import("./catalog.mjs").PlatformModule} */
export function searchModule({ watch, db }) {
  return {
    declaration: {
      key: "search",
      title: "Search",
      version: "1.8.0",
      namespace: "search",
      criticality: "standard",
      flags: { suggestions: { default: true } },
      dependencies: ["catalog"],
      invariants: [{ id: "index_complete", level: 1, check: () => indexComplete(watch) }],
      actions: {
        rebuild_index: ({ tenantId, signal }) => rebuild({ watch, db, tenantId, signal }),
        degrade: () => ({ suggestions: "off" }),
        undegrade: () => ({ suggestions: "on" }),
      },
      snapshot: keepTables({ db, moduleKey: "search", namespace: "search" }, [{ table: "search_index", order: "document_id" }]),
    },
    routes: [{ method: "GET", path: /^search$/, surface: "tenant", handle: search }],
  };
}

/** Finds by the index, and says so when the index does not know what the catalog has. @param {import("./catalog.mjs").Call} call */
async function search({ db, tenantId, query }) {
  const word = (query.get("q") ?? "").slice(0, 80);
  return db.read(tenantId, async (tx) => {
    const hits = await tx`SELECT d.id, d.title FROM search_index s JOIN documents d ON d.tenant_id = s.tenant_id AND d.id = s.document_id
      WHERE s.words @@ plainto_tsquery('simple', ${word}) ORDER BY d.title LIMIT 20`;
    const [{ missing }] =
      await tx`SELECT count(*)::int AS missing FROM documents d WHERE NOT EXISTS (SELECT 1 FROM search_index s WHERE s.document_id = d.id)`;
    if (missing > 0) throw new ModuleError("ERR_INDEX_INCOMPLETE", `${missing} documents cannot be found`);
    return hits;
  });
}

/**
 * Builds the index anew from the documents, tenant by tenant, each in one transaction: the same documents give the same index, however often.
 * @param {{ watch: import("postgres").Sql, db: import("../database/open-database.mjs").Database, tenantId: string | null, signal: AbortSignal }} task
 */
async function rebuild({ watch, db, tenantId, signal }) {
  const tenants = tenantId ? [{ id: tenantId }] : await watch`SELECT id FROM tenants ORDER BY slug`;
  let rows = 0;
  for (const { id } of tenants) {
    signal.throwIfAborted();
    const write = { tenantId: id, reason: "the index is built anew", traceId: null, moduleKey: "search", namespace: "search" };
    rows += await db.write(write, async (tx) => {
      await tx`DELETE FROM search_index s WHERE NOT EXISTS (SELECT 1 FROM documents d WHERE d.id = s.document_id)`;
      const done =
        await tx`INSERT INTO search_index (tenant_id, document_id, words) SELECT tenant_id, id, to_tsvector('simple', title || ' ' || body) FROM documents
        ON CONFLICT (tenant_id, document_id) DO UPDATE SET words = excluded.words WHERE search_index.words IS DISTINCT FROM excluded.words`;
      return done.count;
    });
  }
  return { tenants: tenants.length, rows_written: rows };
}

/** @param {import("postgres").Sql} watch */
async function indexComplete(watch) {
  const [{ missing }] = await watch`SELECT count(*)::int AS missing FROM documents d WHERE NOT EXISTS (
    SELECT 1 FROM search_index s WHERE s.tenant_id = d.tenant_id AND s.document_id = d.id)`;
  return {
    ok: missing === 0,
    count: missing,
    detail: missing === 0 ? "" : `${missing} documents are not in the index (ERR_INDEX_INCOMPLETE)`,
  };
}
