import { setTimeout as wait } from "node:timers/promises";
import { countInstalls } from "./inspect-shop.mjs";

/** The longest that Center lets an attempt wait for its agent's own deadline, and a while more. */
const ENDED_WITHIN_MS = 15 * 60_000;
const BEGUN_WITHIN_MS = 240_000;
const LOOK_MS = 1_000;
const CANDIDATES = ["1.2.3", "1.2.4", "1.2.5"];

/**
 * Waits until there is something to lose: kills before the first attempt would prove little.
 *
 * @param {import("postgres").Sql} sql
 * @throws {Error} when no attempt begins
 */
export async function awaitFirstAttempt(sql) {
  for (const deadline = performance.now() + BEGUN_WITHIN_MS; performance.now() < deadline; await wait(LOOK_MS)) {
    const [row] = await sql`select 1 from plugin_autopatch_attempts limit 1`;
    if (row) return;
  }
  throw new Error(`no attempt began within ${BEGUN_WITHIN_MS / 1_000} s: there is nothing that a kill could spoil`);
}

/**
 * Waits until every attempt has come to its end.
 *
 * @param {import("postgres").Sql} sql
 * @returns {Promise<string[]>} those that did not, each with where it stands
 */
export async function awaitEnds(sql) {
  for (const deadline = performance.now() + ENDED_WITHIN_MS; ; await wait(LOOK_MS)) {
    const rows = await sql`select id, method, status, phase from plugin_autopatch_attempts where phase <> 'done' order by created_at`;
    if (rows.length === 0) return [];
    if (performance.now() > deadline) return rows.map(({ id, method, status, phase }) => `${method} ${id} is ${status} (${phase})`);
  }
}

/**
 * What Center had promised and does not have.
 *
 * @param {import("postgres").Sql} sql @param {ReadonlySet<string>} promised webhook ids that were answered 200
 * @returns {Promise<string[]>}
 */
export async function findLost(sql, promised) {
  const rows = await sql`select webhook_id from plugin_heartbeats where webhook_id = any (${[...promised]})`;
  const stored = new Set(rows.map((row) => row.webhook_id));
  return [...promised].filter((id) => !stored.has(id)).map((id) => `beat ${id}`);
}

/** Whatever Center has done twice, by its own books. @param {import("postgres").Sql} sql */
async function findDoubledRows(sql) {
  const rows = await sql`
    select 'beat ' || webhook_id as what from plugin_heartbeats group by plugin_id, webhook_id having count(*) > 1
    union all select 'order ' || c.type || ' of attempt ' || c.attempt_id from plugin_agent_commands c
      where c.attempt_id is not null group by c.attempt_id, c.type, c.ref is null having count(*) > 1
    union all select 'end of attempt ' || attempt_id from autopatch_attempt_events where phase = 'done' group by attempt_id having count(*) > 1
    union all select 'lesson of attempt ' || attempt_id from sira_learning_feedback where attempt_id is not null and outcome <> 'recurred'
      group by attempt_id having count(*) > 1`;
  return rows.map(({ what }) => String(what));
}

/**
 * What took effect twice: by Center's books, and by the starts that each plugin itself wrote down. One order may bring its version into service
 * once.
 *
 * @param {import("postgres").Sql} sql @param {readonly import("./open-shop.mjs").Shop[]} shops
 * @returns {Promise<string[]>}
 */
export async function findDoubled(sql, shops) {
  const fetched = await sql`
    select plugin_id, payload ->> 'to_version' as version, count(*)::int as orders from plugin_agent_commands
    where type = 'update' and offered_at is not null group by 1, 2`;
  const doubled = await findDoubledRows(sql);
  for (const { slug, directory, pluginId } of shops) {
    for (const version of CANDIDATES) {
      const orders = fetched.find((row) => row.plugin_id === pluginId && row.version === version)?.orders ?? 0;
      const installs = countInstalls(directory, version);
      if (installs > orders) doubled.push(`${version} at ${slug}: ${installs} installs by ${orders} orders`);
    }
  }
  return doubled;
}

/** How the attempts ended, for the reader. @param {import("postgres").Sql} sql */
export async function tellEnds(sql) {
  const rows = await sql`select method, status, count(*)::int as count from plugin_autopatch_attempts group by 1, 2 order by 1, 2`;
  return rows.map(({ method, status, count }) => `${count} ${method} ${status}`).join(", ");
}
