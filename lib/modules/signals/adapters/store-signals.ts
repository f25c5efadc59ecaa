import type postgres from "postgres";
import { ingest } from "@/db/ingest";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { newId } from "@/lib/platform/random";
import { scopeSettings } from "@/lib/platform/scope";
import { foldErrors } from "../fold-errors";
import { foldMinutes } from "../fold-minutes";
import { keepsRecord, keepsSpan } from "../keep-sample";
import type { Told } from "../otlp/tell-new";
import type { Measure, ReadBatch } from "../types";

/** A batch to be stored once: by its message's id, or by the digest of its body. */
export interface BatchIdentity {
  readonly moduleId: string;
  readonly batchId: string;
  /** SHA-256 of the body in hex. */
  readonly bodySha256: string;
}

/** What a counter that only rises was last told to be. */
export interface TellingRow {
  readonly tenantId: string;
  readonly series: string;
  readonly metric: string;
  readonly startedAt: string;
  readonly toldAt: string;
  readonly told: Told;
}

const MINUTE_SUMS = [
  "requests",
  "errors",
  "timeouts",
  "retries",
  "db_errors",
  "dead_letters",
  "metered_units",
  "billed_units",
  "latency_ms_sum",
];
const MINUTE_COLUMNS = `tenant_id, minute_at, surface, ${MINUTE_SUMS.join(", ")}, queue_depth_max, queue_capacity, quota_used, quota_limit, latency, worst_ms, worst_trace_id`;

/**
 * The one statement that stores a batch: that it was here, its records and spans, and what it adds to each minute. If it was here before,
 * nothing is added. Every list comes as one JSON text and in the order of its key, so that rows are locked in one order by everybody.
 */
const STORE = `
with batch as (
  insert into module_batches (tenant_id, module_id, batch_id, body_sha256, committed_at, answer)
  values ('${PLATFORM_TENANT}', $1::text::uuid, $2::text, decode($3::text, 'hex'), $4::text::timestamptz, $5::text::jsonb)
  on conflict do nothing returning 1
), records as (
  insert into module_records (tenant_id, module_id, at, id, level, code, class, trace_id, span_id, actor_id, message, attributes)
  select tenant_id, $1::text::uuid, at, id, level, code, class, trace_id, span_id, actor_id, message, attributes
  from json_to_recordset($6::text::json) as r (tenant_id uuid, at timestamptz, id uuid, level text, code text, class text, trace_id text,
    span_id text, actor_id text, message text, attributes jsonb) where exists (select from batch)
), spans as (
  insert into module_spans (tenant_id, module_id, at, id, trace_id, span_id, parent_span_id, name, kind, surface, duration_ms, is_error, code, attributes)
  select tenant_id, $1::text::uuid, at, id, trace_id, span_id, parent_span_id, name, kind, surface, duration_ms, is_error, code, attributes
  from json_to_recordset($7::text::json) as s (tenant_id uuid, at timestamptz, id uuid, trace_id text, span_id text, parent_span_id text,
    name text, kind text, surface text, duration_ms float8, is_error boolean, code text, attributes jsonb) where exists (select from batch)
), minutes as (
  insert into module_minutes as m (module_id, ${MINUTE_COLUMNS})
  select $1::text::uuid, ${MINUTE_COLUMNS} from json_to_recordset($8::text::json) as n (tenant_id uuid, minute_at timestamptz, surface text,
    ${MINUTE_SUMS.map((name) => `${name} float8`).join(", ")}, queue_depth_max float8, queue_capacity float8, quota_used float8, quota_limit float8,
    latency jsonb, worst_ms float8, worst_trace_id text) where exists (select from batch)
  on conflict (tenant_id, module_id, minute_at, surface) do update set
    ${MINUTE_SUMS.map((name) => `${name} = m.${name} + excluded.${name}`).join(", ")},
    queue_depth_max = greatest(m.queue_depth_max, excluded.queue_depth_max), queue_capacity = least(m.queue_capacity, excluded.queue_capacity),
    quota_used = greatest(m.quota_used, excluded.quota_used), quota_limit = least(m.quota_limit, excluded.quota_limit),
    latency = add_counts(m.latency, excluded.latency), worst_ms = greatest(m.worst_ms, excluded.worst_ms),
    worst_trace_id = case when excluded.worst_ms is null or m.worst_ms > excluded.worst_ms then m.worst_trace_id
      when m.worst_ms = excluded.worst_ms then least(m.worst_trace_id, excluded.worst_trace_id) else excluded.worst_trace_id end
), errors as (
  insert into module_error_minutes as e (module_id, tenant_id, minute_at, code, fingerprint, count, sample_trace_id)
  select $1::text::uuid, tenant_id, minute_at, code, fingerprint, count, sample_trace_id from json_to_recordset($9::text::json)
    as n (tenant_id uuid, minute_at timestamptz, code text, fingerprint text, count float8, sample_trace_id text) where exists (select from batch)
  on conflict (tenant_id, module_id, minute_at, code, fingerprint) do update set count = e.count + excluded.count,
    sample_trace_id = least(e.sample_trace_id, excluded.sample_trace_id)
), series as (
  insert into module_series as s (module_id, tenant_id, series, metric, started_at, told_at, told)
  select $1::text::uuid, tenant_id, series, metric, started_at, told_at, told from json_to_recordset($10::text::json)
    as n (tenant_id uuid, series text, metric text, started_at timestamptz, told_at timestamptz, told jsonb) where exists (select from batch)
  on conflict (tenant_id, module_id, series) do update set started_at = excluded.started_at, told_at = excluded.told_at, told = excluded.told
)
select exists (select from batch) as is_new`;

function recordRows(batch: ReadBatch, now: Date) {
  return batch.records.flatMap((r) => {
    const id = newId(now);
    if (!keepsRecord(r, id, LIMITS.signalRecordShare)) return [];
    const { tenantId: tenant_id, traceId: trace_id, spanId: span_id, actorId: actor_id, ...rest } = r;
    return [{ ...rest, id, tenant_id, trace_id, span_id, actor_id }];
  });
}

function spanRows(batch: ReadBatch, now: Date) {
  return batch.spans
    .filter((span) => keepsSpan(span, LIMITS.signalSpanShare, LIMITS.signalSlowMs))
    .map((s) => {
      const { tenantId: tenant_id, traceId: trace_id, spanId: span_id, parentSpanId: parent_span_id, ...rest } = s;
      const { durationMs: duration_ms, isError: is_error, ...more } = rest;
      return { ...more, id: newId(now), tenant_id, trace_id, span_id, parent_span_id, duration_ms, is_error };
    });
}

function minuteRows(measures: readonly Measure[]) {
  return foldMinutes(measures).map((m) => ({
    tenant_id: m.tenantId,
    minute_at: m.minuteAt,
    surface: m.surface,
    requests: m.requests,
    errors: m.errors,
    timeouts: m.timeouts,
    retries: m.retries,
    db_errors: m.dbErrors,
    dead_letters: m.deadLetters,
    metered_units: m.meteredUnits,
    billed_units: m.billedUnits,
    latency_ms_sum: m.latencyMsSum,
    queue_depth_max: m.queueDepthMax,
    queue_capacity: m.queueCapacity,
    quota_used: m.quotaUsed,
    quota_limit: m.quotaLimit,
    latency: m.latency,
    worst_ms: m.worstMs,
    worst_trace_id: m.worstTraceId,
  }));
}

function errorRows(batch: ReadBatch) {
  return foldErrors(batch.records, LIMITS.signalErrorKinds).map((e) => ({
    tenant_id: e.tenantId,
    minute_at: e.minuteAt,
    code: e.code,
    fingerprint: e.fingerprint,
    count: e.count,
    sample_trace_id: e.sampleTraceId,
  }));
}

function seriesRows(tellings: readonly TellingRow[]) {
  return tellings.map(({ tenantId, series, metric, startedAt, toldAt, told }) => ({
    tenant_id: tenantId,
    series,
    metric,
    started_at: startedAt,
    told_at: toldAt,
    told,
  }));
}

/** What was answered the first time. @throws Refusal conflict where another body came under the same id */
async function firstAnswer(sql: postgres.TransactionSql, identity: BatchIdentity): Promise<Record<string, unknown>> {
  const [row] = await sql<{ answer: Record<string, unknown>; isSame: boolean }[]>`
    select answer, body_sha256 = decode(${identity.bodySha256}::text, 'hex') as "isSame" from module_batches
    where tenant_id = ${PLATFORM_TENANT} and module_id = ${identity.moduleId} and batch_id = ${identity.batchId}`;
  if (!row?.isSame) refuse("conflict", "Another body came under this webhook-id");
  return row.answer;
}

/** Where a batch's rows may lie: its own tenants, and the platform for what violates and for the batch itself. */
function tenantsOf(batch: ReadBatch): string[] {
  return [...new Set([PLATFORM_TENANT, ...batch.tenants])];
}

/** Adds, within the batch's transaction, what can only be told by what was told before. */
export type Complete = (sql: postgres.TransactionSql) => Promise<{ measures: readonly Measure[]; tellings: readonly TellingRow[] }>;
const nothingMore: Complete = async () => ({ measures: [], tellings: [] });

/**
 * Stores a batch in one transaction as the ingest role, its scope being exactly the batch's tenants. When it returns, all of it is durable.
 *
 * @param answer  what its sender is told, now and whenever it sends the same again
 * @returns that answer, or the first one where the batch was here before
 * @throws Refusal conflict where another body came under the same id
 */
export async function storeSignals(...given: Parameters<typeof storeOnce>): ReturnType<typeof storeOnce> {
  try {
    return await storeOnce(...given);
  } catch (error) {
    // No partition: whoever makes them ahead of time has been away for a week. Nothing was stored, so it may be tried again.
    if (!(error instanceof Error && "code" in error && error.code === "23514")) throw error;
    await ingest()`select ensure_signal_partitions((now() at time zone 'UTC')::date - 1, ${LIMITS.heartbeatPartitionsAhead})`;
    return storeOnce(...given);
  }
}

async function storeOnce(
  identity: BatchIdentity,
  batch: ReadBatch,
  answer: Readonly<Record<string, unknown>>,
  now: Date,
  complete: Complete = nothingMore,
): Promise<{ readonly isDuplicate: boolean; readonly answer: Readonly<Record<string, unknown>> }> {
  const { tenants } = scopeSettings({ kind: "set", ids: tenantsOf(batch) });
  return ingest().begin(async (sql) => {
    await sql`select set_config('center.tenants', ${tenants}, true), set_config('center.scope_all', '', true)`;
    const { measures, tellings } = await complete(sql);
    const lists = [
      recordRows(batch, now),
      spanRows(batch, now),
      minuteRows([...batch.measures, ...measures]),
      errorRows(batch),
      seriesRows(tellings),
    ].map((rows) => JSON.stringify(rows));
    const { moduleId, batchId, bodySha256 } = identity;
    const parameters = [moduleId, batchId, bodySha256, now.toISOString(), JSON.stringify(answer), ...lists];
    const [stored] = await sql.unsafe<{ is_new: boolean }[]>(STORE, parameters, { prepare: true });
    return stored?.is_new ? { isDuplicate: false, answer } : { isDuplicate: true, answer: await firstAnswer(sql, identity) };
  });
}
