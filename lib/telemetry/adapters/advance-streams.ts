import type postgres from "postgres";
import { ingest } from "@/db/ingest";
import { scopeFor } from "@/lib/access/system-actor";
import {
  advancePlugin,
  forgetOver,
  newPluginStreams,
  type PluginStreams,
  packStreams,
  type Raised,
  type StreamBeat,
  unpackStreams,
} from "@/lib/detection/detectors/plugin-streams";
import { LIMITS } from "@/lib/platform/limits";
import { scopeSettings } from "@/lib/platform/scope";

interface Place {
  readonly tenantId: string;
  readonly pluginId: string;
}

interface Row {
  readonly taken_at: Date | null;
  readonly taken_id: string | null;
  readonly calm_until: Date | null;
  readonly streams: Buffer | null;
  readonly has_banks: boolean;
  readonly raised: readonly { finding: Raised["finding"] & { observedAt: string }; isOver: boolean }[];
}

async function bind(sql: postgres.TransactionSql): Promise<void> {
  const { tenants, all } = scopeSettings(scopeFor("scan"));
  await sql`select set_config('center.tenants', ${tenants}, true), set_config('center.scope_all', ${all}, true)`;
}

/** The plugin's row, locked until the end of the transaction; made when it is not there. */
async function lockRow(sql: postgres.TransactionSql, { tenantId, pluginId }: Place): Promise<Row> {
  const find = () => sql<Row[]>`
    select taken_at, taken_id, calm_until, streams, has_banks, raised from plugin_streams
    where tenant_id = ${tenantId} and plugin_id = ${pluginId} for update`;
  const [known] = await find();
  if (known) return known;
  await sql`
    insert into plugin_streams (tenant_id, plugin_id, has_banks, raised, updated_at)
    select ${tenantId}, ${pluginId}, count(*) < ${LIMITS.noveltyPlugins}, '[]', now()
    from (select 1 from plugin_streams where has_banks limit ${LIMITS.noveltyPlugins}) held on conflict do nothing`;
  const [made] = await find();
  if (!made) throw new Error("the row of a plugin's streams vanished");
  return made;
}

/** What a row remembers. Streams of another version are learned anew, from the oldest beat that is still kept. */
function stateOf(row: Row): PluginStreams {
  const streams = row.streams === null ? null : unpackStreams(row.streams);
  const raised = row.raised.map(({ finding, isOver }) => ({ finding: { ...finding, observedAt: new Date(finding.observedAt) }, isOver }));
  if (streams === null) return { ...newPluginStreams(row.has_banks), raised: raised.map(({ finding }) => ({ finding, isOver: true })) };
  const taken = row.taken_at && row.taken_id ? { at: row.taken_at, id: row.taken_id } : null;
  return { taken, streams, raised, calmUntil: row.calm_until };
}

/** Stored beats from the last one taken on, oldest first; that one comes with them, for what is counted. */
async function readBeats(
  sql: postgres.TransactionSql,
  { tenantId, pluginId }: Place,
  taken: PluginStreams["taken"],
): Promise<StreamBeat[]> {
  const from = taken ? sql`and (received_at, id) >= (${taken.at}, ${taken.id})` : sql``;
  const rows = await sql`
    select id, received_at, boot_id, seq, running_version, disk_version, is_active, telemetry from plugin_heartbeats
    where tenant_id = ${tenantId} and plugin_id = ${pluginId} ${from} order by received_at, id limit ${LIMITS.streamBeatsAtOnce}`;
  return rows.map((row) => ({
    id: row.id,
    receivedAt: row.received_at,
    bootId: row.boot_id,
    seq: Number(row.seq),
    runningVersion: row.running_version,
    diskVersion: row.disk_version,
    active: row.is_active,
    telemetry: row.telemetry,
    errors: [],
  }));
}

async function store(sql: postgres.TransactionSql, { tenantId, pluginId }: Place, state: PluginStreams): Promise<void> {
  await sql`
    update plugin_streams set taken_at = ${state.taken?.at ?? null}, taken_id = ${state.taken?.id ?? null}, calm_until = ${state.calmUntil},
      streams = ${Buffer.from(packStreams(state.streams))}, raised = ${sql.json(state.raised as never)}, updated_at = now()
    where tenant_id = ${tenantId} and plugin_id = ${pluginId}`;
}

/**
 * Takes a plugin's newly stored beats into its streams, in one transaction: position, memory and what is raised move together
 * or not at all, so a process that dies leaves neither a gap nor a second telling. Two at once wait for each other.
 *
 * @returns what is raised, and what was raised and is over but not yet told (`forgetRaised` ends that)
 */
export function advanceStreams(place: Place, now: Date): Promise<readonly Raised[]> {
  return ingest().begin(async (sql) => {
    await bind(sql);
    const before = stateOf(await lockRow(sql, place));
    const after = advancePlugin(before, await readBeats(sql, place, before.taken), now);
    if (after.taken !== before.taken) await store(sql, place, after);
    return after.raised;
  }) as Promise<readonly Raised[]>;
}

/** The incidents have heard of what is over: it is not told again. */
export async function forgetRaised(place: Place): Promise<void> {
  await ingest().begin(async (sql) => {
    await bind(sql);
    const state = forgetOver(stateOf(await lockRow(sql, place)));
    await sql`
      update plugin_streams set raised = ${sql.json(state.raised as never)}
      where tenant_id = ${place.tenantId} and plugin_id = ${place.pluginId}`;
  });
}
