import type postgres from "postgres";
import { ingest } from "@/db/ingest";
import { LIMITS } from "@/lib/platform/limits";
import { scopeSettings } from "@/lib/platform/scope";
import type { AcceptedBeat } from "../accepted-beat";

/** Where a process stands in its chain of batches. */
export interface ChainHead {
  readonly processId: string;
  readonly batchNo: number;
  readonly digest: Buffer;
}

/** Whether the younger generation of a plugin's message ids still takes new ones. */
const IS_YOUNG = `n.received_at < s.ring_since + interval '${LIMITS.replayMemorySeconds} seconds'`;

/**
 * The one statement that stores a batch: beats, current state with its replay ring, and the batch's row with the running digest.
 * Rows are locked in key order before the ring is read, so a message that comes twice at once, to two processes, has one effect.
 * (On a distributed database this takes multi-row VALUES instead of unnest: this file has room for that second form.)
 */
const STORE = `
with input as (
  select * from unnest($1::text[]::uuid[], $2::text[]::uuid[], $3::text[]::uuid[], $4::text[], $5::text[]::timestamptz[], $6::text[]::uuid[],
    $7::text[]::bigint[], $8::text[]::timestamptz[], $9::text[], $10::text[], $11::text[]::boolean[], $12::text[]::jsonb[], $13::text[]::jsonb[],
    $14::text[]::jsonb[], $15::text[], $16::text[])
  with ordinality as i (tenant_id, plugin_id, id, webhook_id, received_at, boot_id, seq, sent_at, running_version, disk_version, is_active,
    telemetry, errors, platform, capabilities, body_sha256, place)
), held as materialized (
  select s.tenant_id, s.plugin_id, s.recent_ids, s.older_ids from plugin_state s
  where (s.tenant_id, s.plugin_id) in (select tenant_id, plugin_id from input) order by s.tenant_id, s.plugin_id for update
), fresh as materialized (
  select i.* from input i join held h using (tenant_id, plugin_id) where i.webhook_id <> all (h.recent_ids) and i.webhook_id <> all (h.older_ids)
), stored as (
  insert into plugin_heartbeats (tenant_id, plugin_id, received_at, id, webhook_id, boot_id, seq, sent_at, running_version, disk_version,
    is_active, telemetry, errors, body_sha256, process_id, batch_no)
  select tenant_id, plugin_id, received_at, id, webhook_id, boot_id, seq, sent_at, running_version, disk_version, is_active, telemetry, errors,
    decode(body_sha256, 'hex'), $17::text::uuid, $18::text::bigint from fresh
), newest as (
  select distinct on (tenant_id, plugin_id) * from fresh order by tenant_id, plugin_id, received_at desc, sent_at desc, seq desc
), rings as (
  select tenant_id, plugin_id, array_agg(webhook_id order by place desc) as ids, count(*) as beats from fresh group by tenant_id, plugin_id
), state as (
  update plugin_state s set last_seen = n.received_at, boot_id = n.boot_id, seq = n.seq,
    booted_at = case when s.boot_id = n.boot_id then s.booted_at else n.received_at end,
    running_version = n.running_version, disk_version = n.disk_version, is_active = n.is_active,
    platform = case when n.platform = '{}'::jsonb then s.platform else n.platform end,
    capabilities = coalesce(string_to_array(n.capabilities, ' '), s.capabilities),
    telemetry = n.telemetry, errors = n.errors,
    recent_ids = (case when ${IS_YOUNG} then r.ids || s.recent_ids else r.ids end)[1:${LIMITS.replayRing}],
    older_ids = case when ${IS_YOUNG} then s.older_ids else s.recent_ids end,
    ring_since = case when ${IS_YOUNG} then s.ring_since else n.received_at end, beats = s.beats + r.beats
  from newest n join rings r using (tenant_id, plugin_id)
  where s.tenant_id = n.tenant_id and s.plugin_id = n.plugin_id
), batch as (
  insert into ingest_batches (process_id, batch_no, committed_at, beats, first_received_at, last_received_at, digest)
  select $17::text::uuid, $18::text::bigint, $20::text::timestamptz, count(*), min(received_at), max(received_at),
    sha256(decode($19::text, 'hex') || string_agg(decode(body_sha256, 'hex'), ''::bytea order by plugin_id, webhook_id collate "C"))
  from fresh having count(*) > 0
  returning digest
)
select i.place::int as place, f.place is null as duplicate, (select encode(digest, 'hex') from batch) as digest, (select count(*) from held)::int as held
from input i left join fresh f using (place) order by i.place`;

/** A plugin's state row must exist before it can be locked; whoever comes second waits for the first one's commit. */
const BEGIN_STATE = `
insert into plugin_state (tenant_id, plugin_id, last_seen, boot_id, booted_at, seq, running_version, disk_version, is_active, platform,
  capabilities, telemetry, errors, recent_ids, ring_since, beats)
select t, p, $3::text::timestamptz, '00000000-0000-0000-0000-000000000000', $3::text::timestamptz, 0, '', '', false, '{}', '{}', '{}', '[]', '{}', 'epoch', 0
from unnest($1::text[]::uuid[], $2::text[]::uuid[]) as u (t, p) order by t, p
on conflict do nothing`;

/** Plugins whose state row is known to be there; forgotten when the database turns out to be another one than it was. */
const begun = new Set<string>();

/** A plugin's state row is gone although this process saw it committed: the database was set back. Storing it again is safe. */
export class StateMissingError extends Error {
  constructor() {
    super("A plugin's state row is gone; the database was set back");
    this.name = "StateMissingError";
  }
}

/** What each beat brings into its row, column by column, as text; null where it says nothing. */
function columnsOf(beats: readonly AcceptedBeat[]): (string | null)[][] {
  const column = (pick: (beat: AcceptedBeat) => unknown) => beats.map((beat) => String(pick(beat)));
  return [
    column((b) => b.tenantId),
    column((b) => b.pluginId),
    column((b) => b.id),
    column((b) => b.webhookId),
    column((b) => b.receivedAt.toISOString()),
    column((b) => b.beat.data.boot_id),
    column((b) => b.beat.data.seq),
    // A plugin may write its time zone and fractions as it likes; PostgreSQL reads fewer forms than that.
    column((b) => new Date(b.beat.timestamp).toISOString()),
    column((b) => b.beat.data.running_version),
    column((b) => b.beat.data.disk_version),
    column((b) => b.beat.data.active),
    column((b) => JSON.stringify(b.beat.data.telemetry)),
    column((b) => JSON.stringify(b.beat.data.errors ?? [])),
    column((b) => JSON.stringify(b.beat.data.platform ?? {})),
    beats.map((b) => b.beat.data.capabilities?.join(" ") ?? null),
    column((b) => b.bodySha256),
  ];
}

function rememberBegun(beats: readonly AcceptedBeat[]): void {
  if (begun.size + beats.length > LIMITS.rateLimitKeys) begun.clear();
  for (const beat of beats) begun.add(beat.pluginId);
}

type StoredRow = { place: number; duplicate: boolean; digest: string | null; held: number };
type Parameter = string | readonly (string | null)[];

/** The statements of one batch, sent without waiting in between and awaited together, so that a connection that breaks leaves no answer unheard. */
async function sendAll(sql: postgres.TransactionSql, tenants: string, begin: Parameter[] | null, store: Parameter[]): Promise<StoredRow[]> {
  const scope = sql`select set_config('center.tenants', ${tenants}, true), set_config('center.scope_all', '', true)`.execute();
  const stateRows = begin ? sql.unsafe(BEGIN_STATE, begin as never[]).execute() : null;
  const [, , stored] = await Promise.all([scope, stateRows, sql.unsafe<StoredRow[]>(STORE, store as never[], { prepare: true }).execute()]);
  return stored;
}

/**
 * Stores a batch in one transaction as the ingest role, its scope being exactly the batch's tenants.
 *
 * @param beats  unique messages in key order (arrangeBatch)
 * @returns for each beat whether its message was known already, and the new head of the chain
 * @throws StateMissingError when the database was set back; nothing was stored then, and the same call will do
 */
export async function storeBeats(
  beats: readonly AcceptedBeat[],
  head: ChainHead,
  now: Date,
): Promise<{ duplicates: boolean[]; head: ChainHead }> {
  const batchNo = head.batchNo + 1;
  const { tenants } = scopeSettings({ kind: "set", ids: [...new Set(beats.map((beat) => beat.tenantId))] });
  const unknown = beats.filter((beat) => !begun.has(beat.pluginId));
  const states = unknown.length > 0 ? [unknown.map((b) => b.tenantId), unknown.map((b) => b.pluginId), now.toISOString()] : null;
  const row = [...columnsOf(beats), head.processId, String(batchNo), head.digest.toString("hex"), now.toISOString()];
  const stored = await ingest().begin(async (sql) => {
    const answer = await sendAll(sql, tenants, states, row);
    if (answer[0]?.held === new Set(beats.map((beat) => beat.pluginId)).size) return answer;
    begun.clear();
    throw new StateMissingError();
  });
  rememberBegun(unknown);
  const digest = stored[0]?.digest;
  const next = digest ? { processId: head.processId, batchNo, digest: Buffer.from(digest, "hex") } : head;
  return { duplicates: stored.map((entry) => entry.duplicate), head: next };
}
