import { Gauge, Registry } from "prom-client";
import { scopeFor } from "@/lib/access/system-actor";
import { LIMITS } from "@/lib/platform/limits";
import { readOften } from "@/lib/platform/scope";

/**
 * What the database knows of all processes, the workers included: one statement a look. Each line is a gauge's name, one label, and a value.
 * Ages are in seconds; nothing waiting is 0.
 */
const GAUGES = `
with age as (select extract(epoch from clock_timestamp()) as now)
select 'queue_depth' as name, 'outbox' as label, count(*)::float8 as value from outbox where dispatched_at is null
union all select 'queue_age_seconds', 'outbox', coalesce((select now from age) - extract(epoch from min(created_at)), 0)::float8 from outbox where dispatched_at is null
union all select 'queue_depth', 'deliveries', count(*)::float8 from webhook_deliveries where status = 'waiting'
union all select 'queue_age_seconds', 'deliveries', greatest(0, coalesce((select now from age) - extract(epoch from min(next_attempt_at)), 0))::float8 from webhook_deliveries where status = 'waiting'
union all select 'queue_depth', 'plugin_commands', count(*)::float8 from plugin_agent_commands where status in ('pending', 'offered', 'applied')
union all select 'queue_depth', 'module_commands', count(*)::float8 from module_commands where status in ('queued', 'offered')
union all select 'queue_age_seconds', 'module_commands', coalesce((select now from age) - extract(epoch from min(created_at)), 0)::float8 from module_commands where status in ('queued', 'offered')
union all select 'incidents', status, count(*)::float8 from plugin_incidents where status not in ('resolved', 'closed') group by status
union all select 'attempts', status, count(*)::float8 from plugin_autopatch_attempts where phase <> 'done' group by status
union all select 'audit_unsealed_entries', '', count(*)::float8 from audit_entries where seq is null
union all select 'audit_unsealed_age_seconds', '', coalesce((select now from age) - extract(epoch from min(at)), 0)::float8 from audit_entries where seq is null
union all select 'worker_loop_age_seconds', substr(kind, 6), (select now from age) - extract(epoch from max(lease_until))::float8 from work_leases where kind like 'loop:%' group by kind
union all select 'module_services', status, count(*)::float8 from module_services group by status
union all select 'module_requests_last_minutes', surface, sum(requests)::float8 from module_minutes where minute_at > now() - interval '5 minutes' group by surface
union all select 'module_errors_last_minutes', surface, sum(errors)::float8 from module_minutes where minute_at > now() - interval '5 minutes' group by surface`;

/** What each gauge says, and what its label names. */
const HELP: Readonly<Record<string, readonly [help: string, label: string]>> = {
  queue_depth: ["What waits in a queue", "queue"],
  queue_age_seconds: ["How long the oldest has been waiting", "queue"],
  incidents: ["Open incidents", "status"],
  attempts: ["Patches under way", "status"],
  audit_unsealed_entries: ["Audit entries that no checkpoint covers yet", "part"],
  audit_unsealed_age_seconds: ["Age of the oldest of them", "part"],
  worker_loop_age_seconds: ["Since a worker last ended a round of a loop, whichever worker", "loop"],
  module_services: ["Registered module services", "status"],
  module_requests_last_minutes: ["Requests that modules told of in the last five minutes", "surface"],
  module_errors_last_minutes: ["Of them, those that failed", "surface"],
};

/** What workers told lately that they counted. */
export async function workersCounts(): Promise<readonly (readonly unknown[])[]> {
  const lately = "select counts from process_counts where told_at > now() - make_interval(secs => $1::text::float8) order by process";
  const rows = await readOften<{ counts: readonly unknown[] }>(scopeFor("operate"), lately, [String(LIMITS.processSilentSeconds)]);
  return rows.map(({ counts }) => counts);
}

/** The gauges of all processes, as Prometheus reads them. */
export async function gaugesText(): Promise<string> {
  const rows = await readOften<{ name: string; label: string; value: number }>(scopeFor("operate"), GAUGES, []);
  const registry = new Registry();
  for (const [name, [help, label]] of Object.entries(HELP)) {
    const gauge = new Gauge({ name: `center_${name}`, help, labelNames: [label], registers: [registry] });
    for (const row of rows) if (row.name === name) gauge.set({ [label]: row.label }, Number(row.value));
  }
  return registry.metrics();
}
