import { keepTables } from "../database/keep-tables.mjs";
import { ModuleError } from "./module-error.mjs";

/**
 * @typedef {import("../../../module-client/js/types.d.mts").ModuleDeclaration} ModuleDeclaration
 * @typedef {import("../../../module-client/js/types.d.mts").ModuleAgent} ModuleAgent
 * @typedef {import("../database/open-database.mjs").Database} Database
 * @typedef {{ tenantId: string, traceId: string, params: string[], query: URLSearchParams, body: Buffer, agent: ModuleAgent, db: Database }} Call
 * @typedef {{ method: string, path: RegExp, surface: "tenant" | "admin", write?: boolean, handle(call: Call): Promise<unknown> }} Route
 * @typedef {{ declaration: ModuleDeclaration, routes: Route[], readVersion?: () => Promise<string> }} PlatformModule
 * @typedef {{ watch: import("postgres").Sql, dir: string, externalUrl: string }} Surroundings
 */

/** The free core: what every tenant always has. It depends on no other module. @param {Surroundings & { db: Database }} surroundings @returns {PlatformModule} */
export function catalogModule({ watch, db }) {
  return {
    declaration: {
      key: "catalog",
      title: "Catalog",
      version: "2.3.0",
      namespace: "catalog",
      criticality: "core",
      invariants: [
        { id: "prices_positive", level: 2, check: () => pricesPositive(watch) },
        { id: "grants_within_roles", level: 2, check: () => grantsWithinRoles(watch) },
      ],
      actions: {},
      snapshot: keepTables({ db, moduleKey: "catalog", namespace: "catalog" }, [
        { table: "documents", order: "id" },
        { table: "grants", order: "person, permission" },
      ]),
    },
    routes: [
      { method: "GET", path: /^catalog$/, surface: "tenant", handle: list },
      { method: "GET", path: /^catalog\/([0-9a-f-]{36})$/, surface: "tenant", handle: show },
      { method: "GET", path: /^people$/, surface: "admin", handle: people },
    ],
  };
}

/** @param {Call} call */
function list({ db, tenantId }) {
  return db.read(tenantId, (tx) => tx`SELECT id, title, price_cents FROM documents ORDER BY title LIMIT 100`);
}

/** @param {Call} call */
async function show({ db, tenantId, params }) {
  const [document] = await db.read(tenantId, (tx) => tx`SELECT id, title, body, price_cents FROM documents WHERE id = ${params[0]}`);
  if (!document) throw new ModuleError("ERR_NOT_FOUND", "No such document", 404);
  return document;
}

/** @param {Call} call */
function people({ db, tenantId }) {
  return db.read(
    tenantId,
    (tx) =>
      tx`SELECT person, role, array_agg(permission ORDER BY permission) AS permissions FROM grants GROUP BY person, role ORDER BY person`,
  );
}

/** @param {import("postgres").Sql} watch */
async function pricesPositive(watch) {
  const [{ wrong }] = await watch`SELECT count(*)::int AS wrong FROM documents WHERE price_cents <= 0`;
  return { ok: wrong === 0, count: wrong, detail: wrong === 0 ? "" : `${wrong} documents without a price` };
}

/** Nobody may hold a permission that their role does not have. @param {import("postgres").Sql} watch */
async function grantsWithinRoles(watch) {
  const [{ excess }] = await watch`SELECT count(*)::int AS excess FROM grants g WHERE NOT EXISTS (
    SELECT 1 FROM roles r WHERE r.role = g.role AND r.permission = g.permission)`;
  return {
    ok: excess === 0,
    count: excess,
    detail: excess === 0 ? "" : `${excess} permissions that no role gives (ERR_PERMISSION_EXCESS)`,
  };
}
