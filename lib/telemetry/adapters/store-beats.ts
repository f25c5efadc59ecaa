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
  select s.tenant_id, s.plugin_id, s.recent_ids from plugin_state s
  where (s.tenant_id, s.plugin_id) in (select tenant_id, plugin_id from input) order by s.tenant_id, s.plugin_id for update
), fresh as materialized (
  select i.* from input i join held h using (tenant_id, plugin_id) where not i.webhook_id = any (h.recent_ids)
), stored as (
  insert into plugin_heartbeats (tenant_id, plugin_id, received_at, id, webhook_id, boot_id, seq, sent_at, running_version, disk_version,
    is_active, telemetry, errors, body_sha256, process_id, batch_no)
  select tenant_id, plugin_id, received_at, id, webhook_id, boot_id, seq, sent_at, running_version, disk_version, is_active, telemetry, errors,
    decode(body_sha256, 'hex'), $17::text::uuid, $18::text::bigint from fresh
), newest as (
  select distinct on (tenant_id, plugin_id) * from fresh order by tenant_id, plugin_id, place desc
), rings as (
  select tenant_id, plugin_id, array_agg(webhook_id order by place desc) as ids, count(*) as beats from fresh group by tenant_id, plugin_id
), state as (
  update plugin_state s set last_seen = n.received_at, boot_id = n.boot_id, seq = n.seq,
    booted_at = case when s.boot_id = n.boot_id then s.booted_at else n.received_at end,
    running_version = n.running_version, disk_version = n.disk_version, is_active = n.is_active,
    platform = case when n.platform = '{}'::jsonb then s.platform else n.platform end,
    capabilities = case when n.capabilities = '' then s.capabilities else string_to_array(n.capabilities, ' ') end,
    telemetry = n.telemetry, errors = n.errors,
    recent_ids = (r.ids || s.recent_ids)[1:${LIMITS.replayRing}], beats = s.beats + r.beats
  from newest n join rings r using (tenant_id, plugin_id)
  where s.tenant_id = n.tenant_id and s.plugin_id = n.plugin_id
), batch as (
  insert into ingest_batches (process_id, batch_no, committed_at, beats, first_received_at, last_received_at, digest)
  select $17::text::uuid, $18::text::bigint, $20::text::timestamptz, count(*), min(received_at), max(received_at),
    sha256(decode($19::text, 'hex') || string_agg(decode(body_sha256, 'hex'), ''::bytea order by plugin_id, webhook_id))
  from fresh having count(*) > 0
  returning digest
)
select i.place::int as place, f.place is null as duplicate, (select encode(digest, 'hex') from batch) as digest
from input i left join fresh f using (place) order by i.place`;

/** A plugin's state row must exist before it can be locked; whoever comes second waits for the first one's commit. */
const BEGIN_STATE = `
insert into plugin_state (tenant_id, plugin_id, last_seen, boot_id, booted_at, seq, running_version, disk_version, is_active, platform,
  capabilities, telemetry, errors, recent_ids, beats)
select t, p, $3::text::timestamptz, '00000000-0000-0000-0000-000000000000', $3::text::timestamptz, 0, '', '', false, '{}', '{}', '{}', '[]', '{}', 0
from unnest($1::text[]::uuid[], $2::text[]::uuid[]) as u (t, p) order by t, p
on conflict do nothing`;

const begun = new Set<string>();

function columnsOf(beats: readonly AcceptedBeat[]): string[][] {
  const column = (pick: (beat: AcceptedBeat) => unknown) => beats.map((beat) => String(pick(beat)));
  return [
    column((b) => b.tenantId),
    column((b) => b.pluginId),
    column((b) => b.id),
    column((b) => b.webhookId),
    column((b) => b.receivedAt.toISOString()),
    column((b) => b.beat.data.boot_id),
    column((b) => b.beat.data.seq),
    column((b) => b.beat.timestamp),
    column((b) => b.beat.data.running_version),
    column((b) => b.beat.data.disk_version),
    column((b) => b.beat.data.active),
    column((b) => JSON.stringify(b.beat.data.telemetry)),
    column((b) => JSON.stringify(b.beat.data.errors ?? [])),
    column((b) => JSON.stringify(b.beat.data.platform ?? {})),
    column((b) => (b.beat.data.capabilities ?? []).join(" ")),
    column((b) => b.bodySha256),
  ];
}

type StoredRow = { place: number; duplicate: boolean; digest: string | null };

/**
 * Stores a batch in one transaction as the ingest role, its scope being exactly the batch's tenants.
 *
 * @param beats  unique messages in key order (arrangeBatch)
 * @returns for each beat whether its message was known already, and the new head of the chain
 */
export async function storeBeats(
  beats: readonly AcceptedBeat[],
  head: ChainHead,
  now: Date,
): Promise<{ duplicates: boolean[]; head: ChainHead }> {
  const batchNo = head.batchNo + 1;
  const scope = scopeSettings({ kind: "set", ids: [...new Set(beats.map((beat) => beat.tenantId))] });
  const unknown = beats.filter((beat) => !begun.has(beat.pluginId));
  const parameters = [...columnsOf(beats), head.processId, String(batchNo), head.digest.toString("hex"), now.toISOString()];
  const rows = await ingest().begin(async (sql: postgres.TransactionSql) => {
    const bound = sql`select set_config('center.tenants', ${scope.tenants}, true), set_config('center.scope_all', '', true)`.execute();
    if (unknown.length > 0) {
      await sql.unsafe(BEGIN_STATE, [unknown.map((b) => b.tenantId), unknown.map((b) => b.pluginId), now.toISOString()]);
    }
    const stored = await sql.unsafe<StoredRow[]>(STORE, parameters, { prepare: true });
    await bound;
    return stored;
  });
  for (const beat of unknown) begun.add(beat.pluginId);
  const digest = rows[0]?.digest;
  const next = digest ? { processId: head.processId, batchNo, digest: Buffer.from(digest, "hex") } : head;
  return { duplicates: rows.map((row) => row.duplicate), head: next };
}
