import { openPool } from "./open-pool.mjs";

/** A tenant's work stands still rather than for ever: below every timeout of the front. */
const STATEMENT_TIMEOUT_MS = 2_500;

/**
 * @typedef {import("postgres").Sql} Sql
 * @typedef {import("postgres").TransactionSql} Tx
 * @typedef {{ read<Result>(tenantId: string, work: (tx: Tx) => Promise<Result>): Promise<Result>,
 *   readAsOfOneMoment<Result>(tenantId: string, work: (tx: Tx) => Promise<Result>): Promise<Result>,
 *   write<Result>(write: import("../../../module-client/js/types.d.mts").GovernedWrite, work: (tx: Tx) => Promise<Result>, isolation?: string): Promise<Result>,
 *   close(): Promise<void> }} Database
 */

/**
 * The application's way into the database: always as one tenant, and writing only with a reason.
 * @param {string} url of platform_app
 * @param {number} connections its own, so that whoever waits here keeps nobody else waiting
 * @returns {Database}
 */
export function openDatabase(url, connections) {
  const sql = openPool(url, { max: connections, connection: { statement_timeout: STATEMENT_TIMEOUT_MS } });
  return {
    read: (tenantId, work) =>
      /** @type {any} */ (
        sql.begin("read only", async (tx) => {
          await tx`SELECT set_config('app.tenant', ${tenantId}, true)`;
          return work(tx);
        })
      ),
    readAsOfOneMoment: (tenantId, work) =>
      /** @type {any} */ (
        sql.begin("isolation level repeatable read read only", async (tx) => {
          await tx`SELECT set_config('app.tenant', ${tenantId}, true), set_config('timezone', 'UTC', true), set_config('statement_timeout', '120s', true)`;
          return work(tx);
        })
      ),
    write: ({ tenantId, reason, traceId, moduleKey }, work, isolation = "") =>
      /** @type {any} */ (
        sql.begin(isolation, async (tx) => {
          await tx`SELECT set_config('app.tenant', ${tenantId}, true), set_config('app.reason', ${reason}, true),
            set_config('app.module', ${moduleKey}, true), set_config('app.trace', ${traceId ?? ""}, true)`;
          return work(tx);
        })
      ),
    close: () => sql.end({ timeout: 2 }),
  };
}

/** Reads across all tenants and changes nothing: what invariants look through. @param {string} url of platform_watch @returns {Sql} */
export function openWatch(url) {
  return openPool(url, { max: 2, connection: { statement_timeout: STATEMENT_TIMEOUT_MS } });
}
