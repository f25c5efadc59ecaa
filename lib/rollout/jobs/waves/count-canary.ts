import { sql } from "drizzle-orm";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";
import type { CanaryArm, CanaryState, CanaryStep } from "@/lib/rollout/canary/canary-state";

/** Which wave of which rollout is counted, and from when on. */
export interface Counted {
  readonly rolloutId: string;
  readonly pluginKey: string;
  readonly version: string;
  readonly wave: number;
  readonly waveStartedAt: Date;
  readonly countedUntil: Date;
  readonly canary: CanaryState;
}

type Rise = { plugin_id: string; arm: CanaryArm; sent: number; failed: number };

/**
 * What the plugins' counters rose by, beat by beat within each boot: members of this wave that run the release against
 * plugins that no wave has reached and that run anything else, at the same time.
 *
 * A beat without one before it says nothing: its counters may have risen before the wave. A plugin that counts no webhooks is
 * no evidence here; its own probation still judges it by its rates.
 */
function readRises(tx: ReaderTx, { rolloutId, pluginKey, version, wave, countedUntil }: Counted, until: Date): Promise<Rise[]> {
  const lookBack = new Date(countedUntil.getTime() - LIMITS.canaryLookBackSeconds * 1_000).toISOString();
  return tx
    .execute<Rise>(sql`
      with seen as (
        select p.tenant_id, p.id as plugin_id, h.* from plugins p cross join lateral (
          select b.received_at, b.running_version, b.is_active, b.boot_id,
            (b.telemetry ->> 'webhooks_sent')::float8 as sent, coalesce((b.telemetry ->> 'webhooks_failed')::float8, 0) as failed,
            lag(b.boot_id) over beats as boot_before, lag((b.telemetry ->> 'webhooks_sent')::float8) over beats as sent_before,
            lag(coalesce((b.telemetry ->> 'webhooks_failed')::float8, 0)) over beats as failed_before
          from plugin_heartbeats b where b.tenant_id = p.tenant_id and b.plugin_id = p.id
            and b.received_at > ${lookBack}::timestamptz and b.received_at <= ${until.toISOString()}::timestamptz
          window beats as (order by b.received_at, b.seq)) h
        where p.plugin_key = ${pluginKey} and p.status = 'active'
      ), rises as (
        select s.tenant_id, s.plugin_id, s.running_version,
          greatest(0, s.sent - case when s.boot_id = s.boot_before then s.sent_before else 0 end) as sent,
          greatest(0, s.failed - case when s.boot_id = s.boot_before then s.failed_before else 0 end) as failed
        from seen s where s.received_at > ${countedUntil.toISOString()}::timestamptz and s.is_active and s.sent is not null and s.boot_before is not null
          and (s.boot_id <> s.boot_before or s.sent_before is not null)
      )
      select r.plugin_id, case when r.running_version = ${version} then 'canary' else 'control' end as arm,
        sum(r.sent)::float8 as sent, sum(least(r.sent, r.failed))::float8 as failed
      from rises r left join rollout_members m on m.tenant_id = r.tenant_id and m.rollout_id = ${rolloutId} and m.plugin_id = r.plugin_id
      where case when r.running_version = ${version} then m.wave = ${wave} and m.attempt_id is not null else m.wave is null or m.wave > ${wave} end
      group by 1, 2 having sum(r.sent) > 0`)
    .then((rows) => [...rows]);
}

type Past = { plugin_id: string; sent: number; failed: number };

/** How plugins fared before the wave: by the hour for a week, else beat by beat for two hours. */
async function readPast(
  tx: ReaderTx,
  pluginIds: readonly string[],
  waveStartedAt: Date,
): Promise<Map<string, { events: number; failures: number }>> {
  if (pluginIds.length === 0) return new Map();
  const at = waveStartedAt.toISOString();
  const ids = `{${pluginIds.join(",")}}`;
  const beats = await tx.execute<Past>(sql`
    select p.id as plugin_id, sum(greatest(0, sent - sent_before))::float8 as sent,
      sum(least(greatest(0, sent - sent_before), greatest(0, failed - failed_before)))::float8 as failed
    from plugins p cross join lateral (
      select (b.telemetry ->> 'webhooks_sent')::float8 as sent, coalesce((b.telemetry ->> 'webhooks_failed')::float8, 0) as failed,
        lag((b.telemetry ->> 'webhooks_sent')::float8) over boot as sent_before,
        lag(coalesce((b.telemetry ->> 'webhooks_failed')::float8, 0)) over boot as failed_before
      from plugin_heartbeats b where b.tenant_id = p.tenant_id and b.plugin_id = p.id and b.received_at <= ${at}::timestamptz
        and b.received_at > ${at}::timestamptz - ${LIMITS.canaryPastHours} * interval '1 hour'
      window boot as (partition by b.boot_id order by b.received_at, b.seq)) steps
    where p.id = any (${ids}::uuid[]) and sent is not null and sent_before is not null group by 1`);
  const hours = await tx.execute<Past>(sql`
    select plugin_id, sum(webhooks_sent)::float8 as sent, sum(webhooks_failed)::float8 as failed from plugin_rollups
    where plugin_id = any (${ids}::uuid[]) and step_seconds = 3600 and bucket_at < ${at}::timestamptz - interval '1 hour'
      and bucket_at > ${at}::timestamptz - ${LIMITS.canaryPastDays} * interval '1 day' group by 1 having sum(webhooks_sent) > 0`);
  const whole = ({ sent, failed }: Past) => ({ events: Math.round(sent), failures: Math.min(Math.round(sent), Math.round(failed)) });
  return new Map([...beats, ...hours].map((row) => [row.plugin_id, whole(row)]));
}

const NO_PAST = { events: 0, failures: 0 };

/** What was reported since the position that is stored, as steps of the judge's state; `until` is the new position. */
export async function countCanary(tx: ReaderTx, counted: Counted, now: Date): Promise<{ steps: CanaryStep[]; until: Date }> {
  // Beats of one moment are committed in groups: what was received just now may still be on its way into the table.
  const until = new Date(Math.max(counted.countedUntil.getTime(), now.getTime() - LIMITS.canarySettleSeconds * 1_000));
  const rises = await readRises(tx, counted, until);
  const known = new Map(counted.canary.tallies.map((tally) => [tally.pluginId, tally]));
  const past = await readPast(
    tx,
    rises.map(({ plugin_id }) => plugin_id).filter((id) => !known.has(id)),
    counted.waveStartedAt,
  );
  const steps = rises.map(({ plugin_id: pluginId, arm, sent, failed }) => {
    const events = Math.round(sent);
    const before = known.get(pluginId)?.before ?? past.get(pluginId) ?? NO_PAST;
    return { pluginId, arm, before, events, failures: Math.min(events, Math.round(failed)) };
  });
  return { steps, until };
}
