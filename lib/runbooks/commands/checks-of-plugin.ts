import { sql } from "drizzle-orm";
import type { WriterTx } from "@/db/writer";
import { LIMITS } from "@/lib/platform/limits";
import type { CheckFinding } from "../types";

/** What a check looks at: an incident's plugin or module, or nothing but Center itself. */
export interface CheckSubject {
  readonly tenantId: string;
  readonly pluginId: string | null;
  readonly pluginKey: string | null;
  /** Where it is a module's incident. */
  readonly moduleKey: string | null;
  readonly incidentType: string | null;
  /** Whether whoever asks acts for all tenants: some figures are of Center as a whole. */
  readonly isEverywhere: boolean;
  readonly parameters: Readonly<Record<string, string>>;
  readonly now: Date;
}

export type Check = (tx: WriterTx, about: CheckSubject) => Promise<CheckFinding>;

/** Where a check has nothing to look at, and why: never good. */
export const unknown = (why: string): CheckFinding => ({ verdict: "unknown", facts: { why } });

const LATE_SECONDS = LIMITS.heartbeatSeconds + LIMITS.heartbeatGraceSeconds;
/** Defaults of the rules that open incidents (fail rate), and what counts as slower. */
const FAIL_RATE = 0.2;
const SLOWER = 1.5;

interface StateRow extends Record<string, unknown> {
  readonly heard_seconds_ago: number;
  readonly running_version: string;
  readonly disk_version: string;
  readonly webhook_fail_rate: number | null;
  readonly latency_p95_ms: number | null;
  readonly queue_depth: number | null;
  readonly errors_last_24h: number | null;
}

async function stateOf(tx: WriterTx, { tenantId, pluginId, now }: CheckSubject): Promise<StateRow | null> {
  const [row] = await tx.execute<StateRow>(sql`
    select round(extract(epoch from ${now.toISOString()}::timestamptz - last_seen))::int as heard_seconds_ago, running_version, disk_version,
      (telemetry ->> 'webhook_fail_rate')::float8 as webhook_fail_rate, (telemetry ->> 'latency_p95_ms')::float8 as latency_p95_ms,
      (telemetry ->> 'queue_depth')::float8 as queue_depth, (telemetry ->> 'errors_last_24h')::float8 as errors_last_24h
    from plugin_state where tenant_id = ${tenantId} and plugin_id = ${pluginId}`);
  return row ?? null;
}

/** The plugin's newest word: good below the fail rate that opens incidents, unknown when it is old. */
export const telemetryNow: Check = async (tx, about) => {
  const state = await stateOf(tx, about);
  if (!state) return unknown("never_heard");
  const { webhook_fail_rate, latency_p95_ms, queue_depth, errors_last_24h, heard_seconds_ago, running_version } = state;
  const facts = { heard_seconds_ago, running_version, webhook_fail_rate, latency_p95_ms, queue_depth, errors_last_24h };
  if (heard_seconds_ago > LATE_SECONDS || webhook_fail_rate === null) return { verdict: "unknown", facts };
  return { verdict: webhook_fail_rate >= FAIL_RATE ? "bad" : "good", facts };
};

/** Whether it beats at all, and runs what lies on its disk. */
export const beatsArriving: Check = async (tx, about) => {
  const state = await stateOf(tx, about);
  if (!state) return unknown("never_heard");
  const { heard_seconds_ago, running_version, disk_version } = state;
  const isWell = heard_seconds_ago <= LATE_SECONDS && running_version === disk_version;
  return { verdict: isWell ? "good" : "bad", facts: { heard_seconds_ago, allowed_seconds: LATE_SECONDS, running_version, disk_version } };
};

/** The mean p95 of the last 15 minutes against the day before them. */
export const latencyTrend: Check = async (tx, { tenantId, pluginId, now }) => {
  const at = sql`${now.toISOString()}::timestamptz`;
  const [row] = await tx.execute<{ recent: number | null; before: number | null; beats: number }>(sql`
    select avg((telemetry ->> 'latency_p95_ms')::float8) filter (where received_at > ${at} - interval '15 minutes') as recent,
      avg((telemetry ->> 'latency_p95_ms')::float8) filter (where received_at <= ${at} - interval '15 minutes') as before,
      count(*) filter (where received_at > ${at} - interval '15 minutes')::int as beats
    from plugin_heartbeats where tenant_id = ${tenantId} and plugin_id = ${pluginId} and received_at > ${at} - interval '1 day' and received_at <= ${at}`);
  const [recent, before] = [row?.recent ?? null, row?.before ?? null];
  const facts = {
    latency_now_ms: recent === null ? null : Math.round(recent),
    latency_before_ms: before === null ? null : Math.round(before),
    beats: row?.beats ?? 0,
  };
  if (recent === null || before === null || before <= 0) return { verdict: "unknown", facts };
  return { verdict: recent >= before * SLOWER ? "bad" : "good", facts };
};

/** What was changed on this plugin within a day, and how it ended. */
export const attemptsHere: Check = async (tx, { tenantId, pluginId, now }) => {
  const [row] = await tx.execute<{ under_way: number; succeeded: number; failed: number; last_to: string | null }>(sql`
    select count(*) filter (where phase <> 'done')::int as under_way, count(*) filter (where status = 'success')::int as succeeded,
      count(*) filter (where status in ('failed', 'rolled_back'))::int as failed,
      (array_agg(to_version order by created_at desc))[1] as last_to
    from plugin_autopatch_attempts where tenant_id = ${tenantId} and plugin_id = ${pluginId}
      and created_at > ${now.toISOString()}::timestamptz - interval '1 day'`);
  const facts = { under_way: 0, succeeded: 0, failed: 0, last_to: null, ...row };
  if (facts.under_way + facts.succeeded + facts.failed === 0) return { verdict: "good", facts };
  return { verdict: facts.failed > 0 ? "bad" : "good", facts };
};

/** How the version that runs here does wherever it runs, as far as the asker may see. */
export const versionRecord: Check = async (tx, about) => {
  const state = await stateOf(tx, about);
  if (!state) return unknown("never_heard");
  const version = state.running_version;
  const [row] = await tx.execute<{ running: number; sick: number; release: string | null }>(sql`
    select count(*)::int as running,
      count(*) filter (where exists (select 1 from plugin_incidents i where i.tenant_id = p.tenant_id and i.plugin_id = p.id
        and i.status not in ('resolved', 'closed')))::int as sick,
      (select status from plugin_releases r where r.plugin_key = ${about.pluginKey} and r.version = ${version}) as release
    from plugins p join plugin_state s on s.tenant_id = p.tenant_id and s.plugin_id = p.id
    where p.plugin_key = ${about.pluginKey} and p.status = 'active' and s.running_version = ${version}`);
  const facts = { version, running: row?.running ?? 0, sick: row?.sick ?? 0, release: row?.release ?? "unknown" };
  const isWidelySick = facts.running > 1 && facts.sick / facts.running >= LIMITS.runbookSickShare;
  return { verdict: facts.release === "recalled" || isWidelySick ? "bad" : "good", facts };
};
