import { sql } from "drizzle-orm";
import { LIMITS } from "@/lib/platform/limits";
import { type Check, unknown } from "./checks-of-plugin";

/** What counts as slower, as with plugins. */
const SLOWER = 1.5;

interface BeatRow extends Record<string, unknown> {
  readonly heard_seconds_ago: number;
  readonly running_version: string;
  readonly status: string | null;
  readonly failing: string | null;
}

/** The module's newest word: good while it beats, says that it is well, and none of its own checks fails. */
export const moduleNow: Check = async (tx, { moduleKey, now }) => {
  const [row] = await tx.execute<BeatRow>(sql`
    select round(extract(epoch from ${now.toISOString()}::timestamptz - st.last_seen))::int as heard_seconds_ago, st.running_version,
      st.health ->> 'status' as status, (select string_agg(key, ', ' order by key) from jsonb_object_keys(st.failing) key) as failing
    from module_service_state st join module_services s on s.id = st.module_id where s.module_key = ${moduleKey} and s.status = 'active'`);
  if (!row) return unknown("never_heard");
  const { heard_seconds_ago, running_version, status, failing } = row;
  const facts = { heard_seconds_ago, running_version, status, failing_checks: failing };
  if (heard_seconds_ago > LIMITS.moduleSilentSeconds) return { verdict: "unknown", facts };
  return { verdict: failing === null && status === "ok" ? "good" : "bad", facts };
};

/** Whether it beats at all. */
export const moduleBeats: Check = async (tx, about) => {
  const { facts } = await moduleNow(tx, about);
  const heard = facts.heard_seconds_ago;
  if (typeof heard !== "number") return unknown("never_heard");
  const said = { heard_seconds_ago: heard, allowed_seconds: LIMITS.moduleSilentSeconds, running_version: facts.running_version ?? null };
  return { verdict: heard <= LIMITS.moduleSilentSeconds ? "good" : "bad", facts: said };
};

/** The mean answer of the last 15 minutes against the day before them. */
export const moduleLatency: Check = async (tx, { moduleKey, now }) => {
  const at = sql`${now.toISOString()}::timestamptz`;
  const [row] = await tx.execute<{ recent: number | null; before: number | null; requests: number }>(sql`
    select sum(m.latency_ms_sum) filter (where m.minute_at > ${at} - interval '15 minutes')
        / nullif(sum(m.requests) filter (where m.minute_at > ${at} - interval '15 minutes'), 0) as recent,
      sum(m.latency_ms_sum) filter (where m.minute_at <= ${at} - interval '15 minutes')
        / nullif(sum(m.requests) filter (where m.minute_at <= ${at} - interval '15 minutes'), 0) as before,
      coalesce(sum(m.requests) filter (where m.minute_at > ${at} - interval '15 minutes'), 0) as requests
    from module_minutes m join module_services s on s.id = m.module_id
    where s.module_key = ${moduleKey} and m.minute_at > ${at} - interval '1 day' and m.minute_at <= ${at}`);
  const [recent, before] = [row?.recent ?? null, row?.before ?? null];
  const facts = {
    latency_now_ms: recent === null ? null : Math.round(recent),
    latency_before_ms: before === null ? null : Math.round(before),
    requests: row?.requests ?? 0,
  };
  if (recent === null || before === null || before <= 0) return { verdict: "unknown", facts };
  return { verdict: recent >= before * SLOWER ? "bad" : "good", facts };
};

/** What was done about this module within a day, and how it ended. */
export const moduleActions: Check = async (tx, { moduleKey, now }) => {
  const [row] = await tx.execute<{ under_way: number; succeeded: number; failed: number; last_action: string | null }>(sql`
    select count(*) filter (where ended_at is null)::int as under_way, count(*) filter (where state = 'done')::int as succeeded,
      count(*) filter (where state in ('failed', 'rolled_back'))::int as failed,
      (array_agg(action order by proposed_at desc))[1] as last_action
    from heal_actions where module_key = ${moduleKey} and proposed_at > ${now.toISOString()}::timestamptz - interval '1 day'`);
  const facts = { under_way: 0, succeeded: 0, failed: 0, last_action: null, ...row };
  return { verdict: facts.failed > 0 ? "bad" : "good", facts };
};

/** Which other modules have an open incident of the same kind since an hour ago: the cause may lie where both lean on it. */
export const modulePeers: Check = async (tx, { moduleKey, incidentType, now }) => {
  const [row] = await tx.execute<{ modules: number; which: string | null }>(sql`
    select count(distinct module_key)::int as modules, string_agg(distinct module_key, ', ') as which from module_incidents
    where status not in ('resolved', 'closed') and detected_at > ${now.toISOString()}::timestamptz - interval '1 hour'
      and module_key <> ${moduleKey} and (${incidentType}::text is null or type = ${incidentType})`);
  const facts = { modules: row?.modules ?? 0, which: row?.which?.slice(0, 300) ?? null };
  return { verdict: facts.modules > 0 ? "bad" : "good", facts };
};
