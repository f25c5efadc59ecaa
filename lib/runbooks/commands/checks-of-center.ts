import { inArray, sql } from "drizzle-orm";
import { opsPolicy, safetySwitches } from "@/db/schema/safety";
import { openIdentitiesWithin } from "@/lib/audit/identities/open-identities";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { SANDBOX_TENANT } from "@/lib/kernel/sandbox-tenant";
import { LIMITS } from "@/lib/platform/limits";
import { effectiveSwitches } from "@/lib/policy/effective-switches";
import { policyOf } from "@/lib/policy/policy-of";
import { type Check, unknown } from "./checks-of-plugin";

const LATE_SECONDS = LIMITS.heartbeatSeconds + LIMITS.heartbeatGraceSeconds;

/** Who else has an open incident of this kind since an hour ago, as far as the asker may see. */
export const peersSick: Check = async (tx, { tenantId, incidentType, now }) => {
  const [row] = await tx.execute<{ merchants: number; plugins: number; versions: string | null }>(sql`
    select count(distinct i.tenant_id)::int as merchants, count(distinct i.plugin_id)::int as plugins,
      string_agg(distinct i.plugin_key || ' ' || s.running_version, ', ') as versions
    from plugin_incidents i left join plugin_state s on s.tenant_id = i.tenant_id and s.plugin_id = i.plugin_id
    where i.status not in ('resolved', 'closed') and i.detected_at > ${now.toISOString()}::timestamptz - interval '1 hour'
      and i.tenant_id <> ${tenantId} and (${incidentType}::text is null or ${incidentType} = 'fleet' or i.type = ${incidentType})`);
  const facts = { merchants: row?.merchants ?? 0, plugins: row?.plugins ?? 0, versions: row?.versions?.slice(0, 300) ?? null };
  return { verdict: facts.merchants >= LIMITS.runbookManyMerchants ? "bad" : "good", facts };
};

/** Attempts anywhere that have not ended. */
export const attemptsEverywhere: Check = async (tx) => {
  const [row] = await tx.execute<{ under_way: number; oldest_seconds: number | null }>(sql`
    select count(*)::int as under_way, round(extract(epoch from max(now() - created_at)))::int as oldest_seconds
    from plugin_autopatch_attempts where phase <> 'done'`);
  const facts = { under_way: row?.under_way ?? 0, oldest_seconds: row?.oldest_seconds ?? null };
  return { verdict: facts.under_way === 0 ? "good" : "bad", facts };
};

/** Which switches hold something back here. */
export const switchesHere: Check = async (tx, { tenantId, pluginId }) => {
  const [policy] = await tx.select().from(opsPolicy);
  const rows = await tx
    .select()
    .from(safetySwitches)
    .where(inArray(safetySwitches.tenantId, [PLATFORM_TENANT, tenantId]));
  const { switches } = effectiveSwitches(rows, policy ? policyOf(policy) : null, { tenantId, moduleId: null, pluginId });
  if (!switches) return unknown("switches_unreadable");
  const { killSwitch, safeMode, autoHealOff } = switches;
  const facts = { kill_switch: killSwitch, safe_mode: safeMode, auto_heal_off: autoHealOff.join(", ") || null };
  return { verdict: killSwitch || safeMode || autoHealOff.length > 0 ? "bad" : "good", facts };
};

/** Whether the database's own walls between merchants stand: forced row security on each of their tables, and no role above it. */
export const isolationGuards: Check = async (tx) => {
  const [row] = await tx.execute<{ tables: number; open: string | null; above: string | null }>(sql`
    select count(*)::int as tables,
      string_agg(c.relname, ', ') filter (where not (c.relrowsecurity and c.relforcerowsecurity)) as open,
      (select string_agg(rolname, ', ') from pg_roles where rolname like 'center\_%' and (rolbypassrls or rolsuper)) as above
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`);
  const facts = { tables: row?.tables ?? 0, without_guard: row?.open?.slice(0, 300) ?? null, roles_above: row?.above ?? null };
  const stands = facts.tables > 0 && facts.without_guard === null && facts.roles_above === null;
  return { verdict: stands ? "good" : "bad", facts };
};

/** Orders that were refused in this tenant within the hour, and by how many. */
export const refusedOfLate: Check = async (tx, { tenantId, now }) => {
  const [row] = await tx.execute<{ refused: number; callers: number; most: string | null }>(sql`
    select coalesce(sum(count), 0)::int as refused, count(*)::int as callers, (array_agg(actor order by count desc))[1] as most
    from (select actor, count(*) as count from audit_entries where outcome = 'refused' and tenant_id = ${tenantId}
      and at > ${now.toISOString()}::timestamptz - interval '1 hour' group by actor) by_actor`);
  const facts = { refused: row?.refused ?? 0, callers: row?.callers ?? 0, most_by: await openIdentitiesWithin(tx, row?.most ?? null) };
  return { verdict: facts.refused > LIMITS.runbookManyRefused ? "bad" : "good", facts };
};

/** Whether the log is being sealed, and whether anything was reported about it within a day. */
export const auditState: Check = async (tx, { isEverywhere }) => {
  if (!isEverywhere) return unknown("needs_all_tenants");
  const [row] = await tx.execute<{ unsealed: number; oldest: number | null; tampering: number }>(sql`
    select count(*) filter (where seq is null)::int as unsealed,
      round(extract(epoch from now() - min(at) filter (where seq is null)))::int as oldest,
      count(*) filter (where command = 'audit.report-tampering')::int as tampering
    from audit_entries where seq is null or (at > now() - interval '1 day' and command = 'audit.report-tampering')`);
  const facts = { unsealed: row?.unsealed ?? 0, oldest_unsealed_seconds: row?.oldest ?? null, tampering_reported: row?.tampering ?? 0 };
  const isLate = (facts.oldest_unsealed_seconds ?? 0) > LIMITS.runbookUnsealedSeconds;
  return { verdict: facts.tampering_reported > 0 || isLate ? "bad" : "good", facts };
};

/** How pressed the database is. */
export const databaseNow: Check = async (tx) => {
  const [row] = await tx.execute<{ used: number; most: number; waiting: number; size: number }>(sql`
    select (select count(*) from pg_stat_activity where backend_type = 'client backend')::int as used,
      current_setting('max_connections')::int as most, (select count(*) from pg_locks where not granted)::int as waiting,
      round(pg_database_size(current_database()) / 1048576.0)::int as size`);
  if (!row) return unknown("no_answer");
  const facts = { connections: row.used, connections_most: row.most, waiting_for_locks: row.waiting, size_mb: row.size };
  return { verdict: row.used / row.most >= LIMITS.runbookConnectionShare || row.waiting > 0 ? "bad" : "good", facts };
};

/** How many of the plugins that should beat do, as far as the asker may see. */
export const fleetBeats: Check = async (tx, { now }) => {
  const [row] = await tx.execute<{ active: number; heard: number }>(sql`
    select count(*)::int as active,
      count(*) filter (where s.last_seen > ${now.toISOString()}::timestamptz - ${LATE_SECONDS} * interval '1 second')::int as heard
    from plugins p left join plugin_state s on s.tenant_id = p.tenant_id and s.plugin_id = p.id
    where p.status = 'active' and p.tenant_id <> ${SANDBOX_TENANT}`);
  const facts = { active: row?.active ?? 0, heard: row?.heard ?? 0, silent: (row?.active ?? 0) - (row?.heard ?? 0) };
  if (facts.active === 0) return { verdict: "unknown", facts };
  return { verdict: facts.silent / facts.active >= LIMITS.runbookSickShare ? "bad" : "good", facts };
};

/** Messages that wait to go out, and those that were given up within a day. */
export const messagesWaiting: Check = async (tx) => {
  const [row] = await tx.execute<{ waiting: number; oldest: number | null; dead: number }>(sql`
    select count(*) filter (where status = 'waiting')::int as waiting,
      round(extract(epoch from now() - min(created_at) filter (where status = 'waiting')))::int as oldest,
      count(*) filter (where status = 'dead')::int as dead
    from webhook_deliveries where status = 'waiting' or (status = 'dead' and finished_at > now() - interval '1 day')`);
  const facts = { waiting: row?.waiting ?? 0, oldest_waiting_seconds: row?.oldest ?? null, given_up: row?.dead ?? 0 };
  const isLate = (facts.oldest_waiting_seconds ?? 0) > LIMITS.runbookMessageSeconds;
  return { verdict: facts.given_up > 0 || isLate ? "bad" : "good", facts };
};

/** Whether a worker has held one of its jobs within two minutes. */
export const workerAlive: Check = async (tx, { isEverywhere }) => {
  if (!isEverywhere) return unknown("needs_all_tenants");
  const [row] = await tx.execute<{ jobs: number; last: number | null }>(sql`
    select count(*) filter (where lease_until > now() - interval '2 minutes')::int as jobs,
      round(extract(epoch from now() - max(lease_until)))::int as last from work_leases where kind = 'job'`);
  const facts = { jobs_held: row?.jobs ?? 0, last_lease_seconds_ago: row?.last ?? null };
  return { verdict: facts.jobs_held > 0 ? "good" : "bad", facts };
};

/** What a module of the platform reported within 15 minutes; unknown where it reports to this Center nothing. */
export const moduleSignals: Check = async (tx, { parameters, moduleKey, now }) => {
  const key = parameters.module_key ?? moduleKey ?? "";
  const [there] = await tx.execute<{ there: boolean }>(sql`select to_regclass('public.module_minutes') is not null as there`);
  if (!there?.there) return { verdict: "unknown", facts: { module: key, why: "no_signals" } };
  const [row] = await tx.execute<{
    requests: number;
    errors: number;
    timeouts: number;
    queue: number | null;
    metered: number;
    billed: number;
  }>(sql`
    select coalesce(sum(m.requests), 0) as requests, coalesce(sum(m.errors), 0) as errors, coalesce(sum(m.timeouts), 0) as timeouts,
      max(m.queue_depth_max) as queue, coalesce(sum(m.metered_units), 0) as metered, coalesce(sum(m.billed_units), 0) as billed
    from module_minutes m join module_services s on s.id = m.module_id
    where s.module_key = ${key} and m.minute_at > ${now.toISOString()}::timestamptz - interval '15 minutes'`);
  if (!row || row.requests === 0) return { verdict: "unknown", facts: { module: key, why: "no_signals" } };
  const { requests, errors, timeouts, queue, metered, billed } = row;
  const facts = { module: key, requests, errors, timeouts, queue_depth: queue, metered_units: metered, billed_units: billed };
  const isFailing = (errors + timeouts) / requests >= LIMITS.runbookModuleErrorShare;
  return { verdict: isFailing || Math.abs(metered - billed) > LIMITS.runbookBillingShare * metered ? "bad" : "good", facts };
};
