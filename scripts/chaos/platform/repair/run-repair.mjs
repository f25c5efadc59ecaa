import { setTimeout as wait } from "node:timers/promises";

const LOOK_MS = 250;
const ENDS_WITHIN_MS = 5 * 60_000;
const MOVING = ["dry_running", "applying", "rolling_back"];
const REASON = "An exercise: this was broken on purpose";

/**
 * @typedef {{ id: string, status: string, digest: string | null, rows_total: number | null, error: string | null, error_code: string | null }} Run
 * @typedef {import("../../ops-client.mjs").OpsClient} OpsClient
 */

/** Waits until a worker has nothing more to do for a run. @param {OpsClient} ops @param {string} id @returns {Promise<Run>} */
export async function awaitEnd(ops, id) {
  for (const until = performance.now() + ENDS_WITHIN_MS; ; await wait(LOOK_MS)) {
    const run = await ops.get(`/api/ops/repair-runs/${id}`);
    if (!MOVING.includes(run.status)) return run;
    if (performance.now() > until) throw new Error(`${run.job} is ${run.status} for ${ENDS_WITHIN_MS / 1_000} s: ${JSON.stringify(run)}`);
  }
}

/** @param {OpsClient} ops @param {{ job: string, moduleKey: string }} which @param {string[]} tenantIds @returns {Promise<Run>} */
export async function tryRepair(ops, { job, moduleKey }, tenantIds) {
  const asked = await ops.post(`/api/ops/repairs/${job}/dry-run`, { module_key: moduleKey, tenant_ids: tenantIds, reason: REASON });
  return awaitEnd(ops, asked.id);
}

/** One person asks for what was shown, and another agrees where that is needed. @param {OpsClient} ops @param {OpsClient} second @param {Run} run */
export async function beginApplying(ops, second, { id, digest }) {
  const said = await ops.post(`/api/ops/repair-runs/${id}/apply`, { digest, reason: REASON });
  if (said.awaiting === "second_person") await second.post(`/api/ops/repair-runs/${id}/approve`, { digest, reason: REASON });
}

/** What two people applied, two people take back. @param {OpsClient} ops @param {OpsClient} second @param {Run} run */
export async function beginRollingBack(ops, second, { id, digest }) {
  const said = await ops.post(`/api/ops/repair-runs/${id}/rollback`, { reason: REASON });
  if (said.awaiting === "second_person") await second.post(`/api/ops/repair-runs/${id}/approve`, { digest, reason: REASON });
}
