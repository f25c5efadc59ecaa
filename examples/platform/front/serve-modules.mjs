import { createServer } from "node:http";
import { newTraceId } from "../../../module-client/js/signals/make-signal.mjs";
import { ModuleError } from "../modules/module-error.mjs";

const TIMEOUT_MS = 3_000;
const BODY_BYTES = 1024 * 1024;
/** How many requests each module may have under way: whoever is slow fills its own compartment and nobody else's. */
const AT_ONCE = { core: 64, standard: 8, optional: 8 };
const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * @typedef {import("../modules/catalog.mjs").PlatformModule} PlatformModule
 * @typedef {import("../modules/catalog.mjs").Route} Route
 * @typedef {{ module: PlatformModule, agent: import("../../../module-client/js/types.d.mts").ModuleAgent,
 *   db: import("../database/open-database.mjs").Database, underWay: number }} Served
 */

/**
 * The platform's front: `/t/<slug>/...` for a tenant's people, `/admin/<slug>/...` for its administrators. Each request belongs to one module, is
 * let in only where its tenant is entitled, runs in that module's compartment under a deadline, and is measured.
 * @param {{ served: Served[], tenants: { id: string, slug: string }[], port: number }} parts
 */
export async function serveModules({ served, tenants, port }) {
  const bySlug = new Map(tenants.map(({ id, slug }) => [slug, id]));
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request, served, bySlug);
    const text = JSON.stringify(body);
    response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) }).end(text);
  });
  server.keepAliveTimeout = 30_000;
  await new Promise((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", () => resolve(undefined)));
  return server;
}

/** @param {import("node:http").IncomingMessage} request @param {Served[]} served @param {Map<string, string>} bySlug */
async function answer(request, served, bySlug) {
  const url = new URL(request.url ?? "/", "http://front");
  if (url.pathname === "/health") return { status: 200, body: { up: true } };
  const [, door, slug = "", rest = ""] = /^\/(t|admin)\/([a-z0-9-]{1,40})\/(.*)$/.exec(url.pathname) ?? [];
  const tenantId = bySlug.get(slug);
  const surface = door === "admin" ? "admin" : "tenant";
  const found = tenantId ? findRoute(served, { method: request.method ?? "", surface, rest }) : null;
  if (!found || !tenantId) return refusal(new ModuleError("ERR_NOT_FOUND", "No such address", 404));
  const { one, route, params } = found;
  const traceId = TRACEPARENT.exec(String(request.headers.traceparent ?? ""))?.[1] ?? newTraceId();
  const since = performance.now();
  try {
    const body = await readBody(request);
    const result = await inCompartment(one, tenantId, () =>
      route.handle({ tenantId, traceId, params, query: url.searchParams, body, agent: one.agent, db: one.db }),
    );
    one.agent.measure.request({ tenantId, surface, ms: performance.now() - since, ok: true, traceId });
    return { status: 200, body: result ?? null };
  } catch (error) {
    return told(error, one, { tenantId, surface, traceId, ms: performance.now() - since });
  }
}

/** @param {Served[]} served @param {{ method: string, surface: string, rest: string }} wanted */
function findRoute(served, { method, surface, rest }) {
  for (const one of served) {
    for (const route of one.module.routes) {
      const match = route.surface === surface && route.method === method ? route.path.exec(rest) : null;
      if (match) return { one, route, params: match.slice(1) };
    }
  }
  return null;
}

/** @param {Served} one @param {string} tenantId @param {() => Promise<unknown>} work */
async function inCompartment(one, tenantId, work) {
  const { agent, module } = one;
  if (!agent.isEntitled(tenantId)) throw new ModuleError("ERR_NOT_ENTITLED", "This tenant is not entitled to this module", 403);
  if (agent.mode(tenantId) === "off") throw new ModuleError("ERR_MODULE_OFF", "This module is switched off", 503);
  if (one.underWay >= AT_ONCE[module.declaration.criticality])
    throw new ModuleError("ERR_OVERLOADED", "Too many requests are under way", 503);
  one.underWay += 1;
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new ModuleError("ERR_TIMEOUT", "No answer in time", 504)), TIMEOUT_MS);
  });
  const working = work().finally(() => {
    one.underWay -= 1;
  });
  try {
    return await Promise.race([working, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A refusal that is the caller's own doing, or that was ordered, is no failure of the module. @param {unknown} error @param {Served} one @param {any} about */
function told(error, one, { tenantId, surface, traceId, ms }) {
  const known = error instanceof ModuleError ? error : databaseError(error);
  // What is switched off by order did not fail: counted as a failure, it would keep the very mode in force that it comes from.
  const isByOrder = known.code === "ERR_MODULE_OFF" || known.code === "ERR_MODULE_DEGRADED";
  if (isByOrder) return refusal(known, traceId);
  const isOurs = known.status >= 500;
  one.agent.measure.request({ tenantId, surface, ms, ok: !isOurs, isTimeout: known.code === "ERR_TIMEOUT", traceId });
  if (isOurs) one.agent.log(known.code, "error", known.message, { tenantId, traceId });
  return refusal(known, traceId);
}

/** @param {unknown} error */
function databaseError(error) {
  const { code = "", message } = /** @type {Error & { code?: string }} */ (error);
  if (code === "57014") return new ModuleError("ERR_TIMEOUT", "The database took too long", 504);
  if (message.startsWith("ERR_UNGOVERNED_WRITE")) return new ModuleError("ERR_UNGOVERNED_WRITE", message);
  return new ModuleError(/^(CONNECT|ECONN|08|57|53)/.test(code) ? "ERR_DATABASE" : "ERR_UNCLASSIFIED", message);
}

/** @param {ModuleError} error @param {string} [traceId] */
const refusal = ({ status, code, message }, traceId) => ({ status, body: { code, detail: message, trace_id: traceId ?? null } });

/** @param {import("node:http").IncomingMessage} request */
async function readBody(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > BODY_BYTES) throw new ModuleError("ERR_TOO_LARGE", "The body is too long", 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
