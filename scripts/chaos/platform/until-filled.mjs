import { setTimeout as wait } from "node:timers/promises";

const WITHIN_MS = 180_000;
const LOOK_MS = 500;
const FILES = 4;

/**
 * Waits until the traffic has made something worth losing: files that stay, scans and summaries at every tenant.
 *
 * @param {import("postgres").Sql} sql @param {number} tenants
 * @throws {Error} when the traffic makes nothing
 */
export async function untilFilled(sql, tenants) {
  for (const until = performance.now() + WITHIN_MS; performance.now() < until; await wait(LOOK_MS)) {
    const [row] =
      await sql`SELECT count(*)::int AS filled FROM platform.tenants t WHERE EXISTS (SELECT 1 FROM platform.scans s WHERE s.tenant_id = t.id)
      AND (SELECT count(*) FROM platform.objects o WHERE o.tenant_id = t.id AND o.name LIKE 'archive-%') >= ${FILES}`;
    if (row?.filled === tenants) return;
  }
  throw new Error(`the platform's traffic did not fill it within ${WITHIN_MS / 1_000} s`);
}

/**
 * Waits until a module has been heard for so long that its error budget of before a fault can be told: one that was not heard yet is fixed on somebody's
 * word only (docs/decisions/0022). That is a minute that ended before the last whole minute which lies an evaluation step (60 s) before now.
 *
 * @param {import("postgres").Sql} sql @param {string} moduleKey
 * @throws {Error} when nobody hears it
 */
export async function untilHeard(sql, moduleKey) {
  for (const until = performance.now() + WITHIN_MS; performance.now() < until; await wait(LOOK_MS)) {
    const [row] =
      await sql`SELECT min(m.minute_at) + interval '1 minute' <= date_trunc('minute', now() - interval '1 minute') AS heard FROM module_minutes m JOIN module_services s ON s.id = m.module_id
      WHERE s.module_key = ${moduleKey}`;
    if (row?.heard) return;
  }
  throw new Error(`${moduleKey} was not heard within ${WITHIN_MS / 1_000} s`);
}
