import { QUEUE_CAPACITY, readQueue, replayDead, shelve, unshelveSome } from "../scheduler/queue.mjs";

/** Without a sign of life for this long, a scheduler counts as dead. */
const SILENT_MS = 15_000;
const SATURATED = 0.9;

/**
 * The scheduler seen from beside it: its process may be dead, and somebody has to say so and start it again.
 * @param {{ sql: import("postgres").Sql, process: { isAlive(): boolean, heardAt(): number, restart(): Promise<unknown> } }} parts
 *   sql of platform_scheduler
 * @returns {import("../../../module-client/js/types.d.mts").ModuleDeclaration}
 */
export function schedulerDeclaration({ sql, process: worker }) {
  return {
    key: "scheduler",
    title: "Scheduler",
    version: "5.0.0",
    namespace: "scheduler",
    criticality: "standard",
    flags: { reminders: { default: true }, jobs: { default: true, critical: true } },
    invariants: [
      { id: "worker_alive", level: 1, check: () => workerAlive(worker) },
      { id: "queue_has_room", level: 1, check: () => queueHasRoom(sql) },
      { id: "no_dead_letters", level: 1, check: () => noDeadLetters(sql) },
    ],
    actions: {
      restart: () => worker.restart(),
      replay_jobs: ({ tenantId }) => replayDead(sql, tenantId),
      degrade: ({ tenantId }) => shelve(sql, tenantId),
      undegrade: () => unshelveSome(sql),
    },
  };
}

/** @param {{ isAlive(): boolean, heardAt(): number }} worker */
function workerAlive(worker) {
  if (!worker.isAlive()) return { ok: false, detail: "the scheduler's process is dead (ERR_SCHEDULER_DEAD)" };
  const silentMs = Date.now() - worker.heardAt();
  return {
    ok: silentMs < SILENT_MS,
    detail: silentMs < SILENT_MS ? "" : `nothing was heard for ${Math.round(silentMs / 1_000)} s (ERR_SCHEDULER_DEAD)`,
  };
}

/** @param {import("postgres").Sql} sql */
async function queueHasRoom(sql) {
  const { depth } = await readQueue(sql);
  const ok = depth < QUEUE_CAPACITY * SATURATED;
  return { ok, count: depth, detail: ok ? "" : `${depth} jobs wait, of ${QUEUE_CAPACITY} (ERR_QUEUE_FULL)` };
}

/** @param {import("postgres").Sql} sql */
async function noDeadLetters(sql) {
  const { dead } = await readQueue(sql);
  return { ok: dead === 0, count: dead, detail: dead === 0 ? "" : `${dead} dead letters (ERR_DEAD_LETTER)` };
}
