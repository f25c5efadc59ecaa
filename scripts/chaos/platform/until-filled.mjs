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
