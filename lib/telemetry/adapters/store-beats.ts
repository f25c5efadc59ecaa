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

/** Whether the newest beat of this batch is older news than the state: by the plugin's own clock, and by its count or its boot. */
const IS_OLD = `n.sent_at < s.sent_at and case when s.boot_id = n.boot_id then n.seq < s.seq else n.boot_id is not distinct from s.previous_boot_id or n.received_at < s.last_seen end`;
/** A column that only newer news changes. */
const unlessOld = (column: string, value = `n.${column}`) => `${column} = case when ${IS_OLD} then s.${column} else ${value} end`;

/**
 * The one statement that stores a batch: beats, current state with its replay ring, and the batch's row with the running digest.
 * Rows are locked in key order before the ring is read, so a message that comes twice at once, to two processes, has one effect. No two
 * lists are joined with each other: the plan is made once, for a few beats, and must not grow with the square of a thousand.
 * (On a distributed database this takes multi-row VALUES instead of unnest: this file has room for that second form.)
 */
const STORE = `
with input as (
  select * from unnest($1::text[]::uuid[], $2::text[]::uuid[], $3::text[]::uuid[], $4::text[], $5::text[]::timestamptz[], $6::text[]::uuid[],
    $7::text[]::bigint[], $8::text[]::timestamptz[], $9::text[], $10::text[], $11::text[]::boolean[], $12::text[]::jsonb[], $13::text[]::jsonb[],
    $14::text[]::jsonb[], $15::text[], $16::text[])
  with ordinality as i (tenant_id, plugin_id, id, webhook_id, received_at, boot_id, seq, sent_at, running_version, disk_version, is_active,
    telemetry, errors, platform, capabilities, body_sha256, place)
), seen as materialized (
  select i.*, i.webhook_id = any (s.recent_ids) or i.webhook_id = any (s.older_ids) as is_known
  from input i join plugin_state s on s.tenant_id = i.tenant_id and s.plugin_id = i.plugin_id order by i.tenant_id, i.plugin_id for update of s
), fresh as materialized (
  select * from seen where not is_known
), stored as (
  insert into plugin_heartbeats (tenant_id, plugin_id, received_at, id, webhook_id, boot_id, seq, sent_at, running_version, disk_version,
    is_active, telemetry, errors, body_sha256, process_id, batch_no)
  select tenant_id, plugin_id, received_at, id, webhook_id, boot_id, seq, sent_at, running_version, disk_version, is_active, telemetry, errors,
    decode(body_sha256, 'hex'), $17::text::uuid, $18::text::bigint from fresh
), newest as (
  select distinct on (tenant_id, plugin_id) f.*, array_agg(webhook_id) over own as ids, count(*) over own as beats, max(received_at) over own as heard_at
  from fresh f window own as (partition by tenant_id, plugin_id order by place desc rows between unbounded preceding and unbounded following)
  order by tenant_id, plugin_id, sent_at desc, seq desc, received_at desc
), state as (
  update plugin_state s set last_seen = greatest(s.last_seen, n.heard_at),
    ${["boot_id", "seq", "sent_at", "running_version", "disk_version", "is_active", "telemetry", "errors"].map((column) => unlessOld(column)).join(", ")},
    ${unlessOld("booted_at", "case when s.boot_id = n.boot_id then s.booted_at else n.received_at end")},
    ${unlessOld("previous_boot_id", "case when s.boot_id = n.boot_id then s.previous_boot_id else s.boot_id end")},
    ${unlessOld("platform", "case when n.platform = '{}'::jsonb then s.platform else n.platform end")},
    ${unlessOld("capabilities", "coalesce(string_to_array(n.capabilities, ' '), s.capabilities)")},
    recent_ids = (case when ${IS_YOUNG} then n.ids || s.recent_ids else n.ids end)[1:${LIMITS.replayRing}],
    older_ids = case when ${IS_YOUNG} then s.older_ids else s.recent_ids end,
    ring_since = case when ${IS_YOUNG} then s.ring_since else n.received_at end, beats = s.beats + n.beats
  from newest n where s.tenant_id = n.tenant_id and s.plugin_id = n.plugin_id
), batch as (
  insert into ingest_batches (process_id, batch_no, committed_at, beats, first_received_at, last_received_at, digest)
  select $17::text::uuid, $18::text::bigint, $20::text::timestamptz, count(*), min(received_at), max(received_at),
    sha256(decode($19::text, 'hex') || string_agg(decode(body_sha256, 'hex'), ''::bytea order by plugin_id, webhook_id collate "C"))
  from fresh having count(*) > 0
  returning digest
)
select is_known, (select encode(digest, 'hex') from batch) as digest from seen order by place`;

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

/** A text[] as PostgreSQL writes it, of values that need no quotes (ids, numbers, times): the driver would look at each one. */
const plain = (values: readonly (string | number | boolean)[]) => `{${values.join(",")}}`;
/** The same of any text; null where a beat says nothing. */
const quoted = (values: readonly (string | null)[]) =>
  `{${values.map((value) => (value === null ? "null" : `"${value.replace(/["\\]/g, "\\$&")}"`)).join(",")}}`;

/** What each beat brings into its row, column by column. */
function columnsOf(beats: readonly AcceptedBeat[]): string[] {
  const data = beats.map(({ beat }) => beat.data);
  return [
    plain(beats.map((b) => b.tenantId)),
    plain(beats.map((b) => b.pluginId)),
    plain(beats.map((b) => b.id)),
    quoted(beats.map((b) => b.webhookId)),
    plain(beats.map((b) => b.receivedAt.toISOString())),
    plain(data.map((d) => d.boot_id)),
    plain(data.map((d) => d.seq)),
    // A plugin may write its time zone and fractions as it likes; PostgreSQL reads fewer forms than that.
    plain(beats.map((b) => new Date(b.beat.timestamp).toISOString())),
    quoted(data.map((d) => d.running_version)),
    quoted(data.map((d) => d.disk_version)),
    plain(data.map((d) => d.active)),
    quoted(data.map((d) => JSON.stringify(d.telemetry))),
    quoted(data.map((d) => JSON.stringify(d.errors ?? []))),
    quoted(data.map((d) => JSON.stringify(d.platform ?? {}))),
    quoted(data.map((d) => d.capabilities?.join(" ") ?? null)),
    plain(beats.map((b) => b.bodySha256)),
  ];
}

function rememberBegun(beats: readonly AcceptedBeat[]): void {
  if (begun.size + beats.length > LIMITS.rateLimitKeys) begun.clear();
  for (const beat of beats) begun.add(beat.pluginId);
}

type StoredRow = { is_known: boolean; digest: string | null };

/** The statements of one batch, sent without waiting in between and awaited together, so that a connection that breaks leaves no answer unheard. */
async function sendAll(sql: postgres.TransactionSql, tenants: string, begin: string[] | null, store: string[]): Promise<StoredRow[]> {
  const scope = sql`select set_config('center.tenants', ${tenants}, true), set_config('center.scope_all', '', true)`.execute();
  const stateRows = begin ? sql.unsafe(BEGIN_STATE, begin).execute() : null;
  const [, , stored] = await Promise.all([scope, stateRows, sql.unsafe<StoredRow[]>(STORE, store, { prepare: true }).execute()]);
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
  const states =
    unknown.length > 0 ? [plain(unknown.map((b) => b.tenantId)), plain(unknown.map((b) => b.pluginId)), now.toISOString()] : null;
  const row = [...columnsOf(beats), head.processId, String(batchNo), head.digest.toString("hex"), now.toISOString()];
  const stored = await ingest().begin(async (sql) => {
    const answer = await sendAll(sql, tenants, states, row);
    if (answer.length === beats.length) return answer;
    begun.clear();
    throw new StateMissingError();
  });
  rememberBegun(unknown);
  const digest = stored[0]?.digest;
  const next = digest ? { processId: head.processId, batchNo, digest: Buffer.from(digest, "hex") } : head;
  return { duplicates: stored.map((entry) => entry.is_known), head: next };
}
