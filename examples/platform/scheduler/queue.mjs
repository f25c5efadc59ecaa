/** How many jobs may wait: past it, new ones are refused. */
export const QUEUE_CAPACITY = 200;
const LEASE_SECONDS = 20;
const MOST_TRIES = 4;
const UNSHELVED_AT_ONCE = 20;
const KEPT_FINISHED = "1 hour";

/** @typedef {import("postgres").Sql} Sql */
/** @typedef {{ tenant_id: string, id: string, kind: string, payload: Record<string, unknown>, tries: number }} Job */

/**
 * Takes the next job that is due, or one whose worker died: one statement, so that two workers never take the same.
 * @param {Sql} sql of platform_scheduler
 * @returns {Promise<Job | null>}
 */
export async function claimJob(sql) {
  const [job] =
    await sql`UPDATE jobs SET status = 'running', tries = tries + 1, lease_until = now() + make_interval(secs => ${LEASE_SECONDS})
    WHERE (tenant_id, id) = (SELECT tenant_id, id FROM jobs
      WHERE (status = 'queued' AND run_at <= now()) OR (status = 'running' AND lease_until < now())
      ORDER BY priority DESC, run_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING tenant_id, id, kind, payload, tries`;
  return /** @type {Job | undefined} */ (job) ?? null;
}

/** @param {Sql} sql @param {Job} job */
export function finishJob(sql, { tenant_id: tenantId, id }) {
  return sql`UPDATE jobs SET status = 'done', finished_at = now(), lease_until = NULL, error = NULL WHERE tenant_id = ${tenantId} AND id = ${id}`;
}

/**
 * After a failure: again later, each time twice as late; after the last try it is a dead letter, which only an order brings back.
 * @param {Sql} sql @param {Job} job @param {string} error @returns {Promise<boolean>} whether it is dead now
 */
export async function failJob(sql, { tenant_id: tenantId, id, tries }, error) {
  const isDead = tries >= MOST_TRIES;
  await sql`UPDATE jobs SET status = ${isDead ? "dead" : "queued"}, lease_until = NULL, error = ${error.slice(0, 300)},
    run_at = now() + make_interval(secs => ${2 ** tries}) WHERE tenant_id = ${tenantId} AND id = ${id}`;
  return isDead;
}

/** @param {Sql} sql @returns {Promise<{ depth: number, capacity: number, running: number, dead: number, shelved: number, oldest_s: number, done_recently: number }>} */
export async function readQueue(sql) {
  const [row] =
    await sql`SELECT count(*) FILTER (WHERE status = 'queued')::int AS depth, count(*) FILTER (WHERE status = 'running')::int AS running,
    count(*) FILTER (WHERE status = 'dead')::int AS dead, count(*) FILTER (WHERE status = 'shelved')::int AS shelved,
    count(*) FILTER (WHERE status = 'done' AND finished_at > now() - interval '1 minute')::int AS done_recently,
    coalesce(extract(epoch FROM now() - min(run_at) FILTER (WHERE status = 'queued' AND run_at <= now())), 0)::float AS oldest_s FROM jobs`;
  return /** @type {any} */ ({ capacity: QUEUE_CAPACITY, ...row });
}

/** Brings dead letters back; each is idempotent, so one that had done its work does it again to the same end. @param {Sql} sql @param {string | null} tenantId */
export async function replayDead(sql, tenantId) {
  const done = await sql`UPDATE jobs SET status = 'queued', tries = 0, run_at = now(), error = NULL
    WHERE status = 'dead' AND (${tenantId}::uuid IS NULL OR tenant_id = ${tenantId})`;
  return { replayed: done.count };
}

/** Puts what may wait aside, so that what must run gets through. @param {Sql} sql @param {string | null} tenantId */
export async function shelve(sql, tenantId) {
  const done =
    await sql`UPDATE jobs SET status = 'shelved' WHERE status = 'queued' AND priority <= 0 AND (${tenantId}::uuid IS NULL OR tenant_id = ${tenantId})`;
  return { shelved: done.count };
}

/** Brings a few of those back, oldest first, where the queue is nearly empty: all at once would only fill it again. @param {Sql} sql */
export async function unshelveSome(sql) {
  const done = await sql`UPDATE jobs SET status = 'queued', run_at = now() WHERE (tenant_id, id) IN (
    SELECT tenant_id, id FROM jobs WHERE status = 'shelved' ORDER BY created_at LIMIT ${UNSHELVED_AT_ONCE} FOR UPDATE SKIP LOCKED)
    AND (SELECT count(*) FROM jobs WHERE status = 'queued') < ${UNSHELVED_AT_ONCE}`;
  return { unshelved: done.count };
}

/**
 * Adds a job, unless the queue is full.
 * @param {Sql} sql @param {{ tenantId: string, id: string, kind: string, payload?: Record<string, unknown>, priority?: number }} job
 * @returns {Promise<boolean>} whether there was room
 */
export async function enqueue(sql, { tenantId, id, kind, payload = {}, priority = 0 }) {
  const done =
    await sql`INSERT INTO jobs (tenant_id, id, kind, payload, priority) SELECT ${tenantId}, ${id}, ${kind}, ${sql.json(/** @type {any} */ (payload))}, ${priority}
    WHERE (SELECT count(*) FROM jobs WHERE status = 'queued') < ${QUEUE_CAPACITY} ON CONFLICT (tenant_id, id) DO NOTHING`;
  return done.count === 1;
}

/** @param {Sql} sql */
export function forgetFinished(sql) {
  return sql.unsafe(`DELETE FROM jobs WHERE status = 'done' AND finished_at < now() - interval '${KEPT_FINISHED}'`);
}
