import { ConsecutiveBreaker, circuitBreaker, handleAll, TimeoutStrategy, timeout, wrap } from "cockatiel";
import { keepTables } from "../database/keep-tables.mjs";
import { ModuleError } from "./module-error.mjs";

const HALF_OPEN_MS = 15_000;
const FAILURES = 3;
const TIMEOUT_MS = 1_000;
const STALE_SECONDS = 6 * 3_600;

/**
 * Asks somebody else's service for exchange rates, behind a circuit breaker: after a few failures in a row nobody waits for it any more.
 * @param {import("./catalog.mjs").Surroundings & { db: import("../database/open-database.mjs").Database }} surroundings
 * @returns {import("./catalog.mjs").PlatformModule}
 */
export function integrationModule({ externalUrl, db }) {
  const breaker = circuitBreaker(handleAll, { halfOpenAfter: HALF_OPEN_MS, breaker: new ConsecutiveBreaker(FAILURES) });
  const policy = wrap(breaker, timeout(TIMEOUT_MS, TimeoutStrategy.Aggressive));
  /** Held open by order: nobody is asked before an order closes it. @type {{ dispose(): void } | null} */
  let held = null;
  const ask = (/** @type {string} */ currency) =>
    policy.execute(async ({ signal }) => {
      const answer = await fetch(`${externalUrl}/rates/${currency}`, { signal });
      if (!answer.ok) throw new Error(`the service answered ${answer.status}`);
      return /** @type {{ rate: number }} */ (await answer.json());
    });
  return {
    declaration: {
      key: "integration",
      title: "Exchange rates",
      version: "1.1.0",
      namespace: "integration",
      criticality: "optional",
      flags: { live_rates: { default: true } },
      invariants: [{ id: "service_answers", level: 1, check: () => serviceAnswers(externalUrl, held !== null) }],
      actions: {
        open_circuit() {
          held ??= breaker.isolate();
          return { circuit: "open" };
        },
        close_circuit() {
          held?.dispose();
          held = null;
          return { circuit: "closed" };
        },
        degrade: () => ({ live_rates: "off" }),
        undegrade: () => ({ live_rates: "on" }),
      },
      snapshot: keepTables({ db, moduleKey: "integration", namespace: "integration" }, [{ table: "rates", order: "currency" }]),
    },
    routes: [{ method: "GET", path: /^rates\/([A-Z]{3})$/, surface: "tenant", handle: (call) => rate(ask, () => held !== null, call) }],
  };
}

/**
 * The newest rate; while the service is away on order (degraded, or the circuit held open), the last one that was heard, said to be old.
 * @param {(currency: string) => Promise<{ rate: number }>} ask @param {() => boolean} isHeld @param {import("./catalog.mjs").Call} call
 */
async function rate(ask, isHeld, { db, tenantId, agent, params, traceId }) {
  const [currency] = params;
  const isLive = agent.isEnabled("live_rates", tenantId) && !isHeld();
  const since = performance.now();
  const heard = isLive ? await ask(currency).catch((error) => failed(error)) : null;
  if (isLive)
    agent.measure.request({
      tenantId,
      surface: "integration",
      ms: performance.now() - since,
      ok: !(heard instanceof ModuleError),
      traceId,
    });
  if (heard instanceof ModuleError) throw heard;
  if (!heard) return lastRate(db, tenantId, currency);
  const write = { tenantId, reason: "a rate that was heard", traceId, moduleKey: "integration", namespace: "integration" };
  const row = { tenant_id: tenantId, currency, rate: heard.rate };
  await db.write(
    write,
    (tx) => tx`INSERT INTO rates ${tx(row)} ON CONFLICT (tenant_id, currency) DO UPDATE SET rate = excluded.rate, at = now()`,
  );
  return { currency, rate: heard.rate, is_stale: false };
}

/** @param {unknown} error */
function failed(error) {
  const { name, message } = /** @type {Error} */ (error);
  const isOpen = /BrokenCircuit|IsolatedCircuit/.test(name);
  return new ModuleError(isOpen ? "ERR_CIRCUIT_OPEN" : "ERR_INTEGRATION_DOWN", `The rates' service does not answer: ${message}`, 502);
}

/** @param {import("../database/open-database.mjs").Database} db @param {string} tenantId @param {string} currency */
async function lastRate(db, tenantId, currency) {
  const [row] = await db.read(
    tenantId,
    (tx) => tx`SELECT rate, at FROM rates WHERE currency = ${currency} AND at > now() - make_interval(secs => ${STALE_SECONDS})`,
  );
  if (!row) throw new ModuleError("ERR_MODULE_DEGRADED", "No rate of the last hours is known", 503);
  return { currency, rate: row.rate, is_stale: true };
}

/** @param {string} externalUrl @param {boolean} isHeld */
async function serviceAnswers(externalUrl, isHeld) {
  const answer = await fetch(`${externalUrl}/health`, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error) => error);
  const isThere = answer instanceof Response && answer.ok;
  await (answer instanceof Response ? answer.arrayBuffer() : null);
  const circuit = isHeld ? ", the circuit is held open" : "";
  return { ok: isThere, detail: isThere ? circuit : `the service does not answer (ERR_INTEGRATION_DOWN)${circuit}` };
}
