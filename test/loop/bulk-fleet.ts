import type postgres from "postgres";

/** Many plugins of one key, each at a merchant of its own, laid down as rows: what follows (scan, decisions) is the real thing. */
export interface BulkFleet {
  readonly pluginKey: string;
  readonly version: string;
  readonly count: number;
}

/** Lays down a fleet that has beaten once and never failed. @param sql a superuser's connection */
export async function insertFleet(sql: postgres.Sql, { pluginKey, version, count }: BulkFleet): Promise<void> {
  const now = new Date();
  await sql`
    with made as (
      insert into tenants (id, slug, name, created_at)
      select gen_random_uuid(), ${pluginKey} || '-' || n, 'Shop ' || n, ${now} from generate_series(1, ${count}::int) n returning id
    ), placed as (
      insert into plugins (tenant_id, id, plugin_key, version, created_at, updated_at)
      select id, gen_random_uuid(), ${pluginKey}, ${version}, ${now}, ${now} from made returning tenant_id, id
    )
    insert into plugin_state (tenant_id, plugin_id, last_seen, boot_id, booted_at, seq, running_version, disk_version, is_active, platform,
      capabilities, telemetry, errors, recent_ids, beats)
    select tenant_id, id, ${now}, gen_random_uuid(), ${new Date(now.getTime() - 60 * 60 * 1_000)}, 0, ${version}, ${version}, true,
      '{"name":"shop","version":"1.0.0","runtime":"node 20"}', '{update,rollback,config_update,restart}', '{}', '[]', '{}', 0 from placed`;
}

/**
 * The first so many plugins of a fleet beat once, in an order that stays the same.
 *
 * @param failShare  of twenty webhooks since the beat before, 0..1
 */
export async function beatTogether(
  sql: postgres.Sql,
  { pluginKey, count, failShare }: { readonly pluginKey: string; readonly count: number; readonly failShare: number },
): Promise<void> {
  const now = new Date();
  const failed = Math.round(20 * failShare);
  await sql`
    with chosen as (
      select p.tenant_id, p.id from plugins p join tenants t on t.id = p.tenant_id
      where p.plugin_key = ${pluginKey} order by length(t.slug), t.slug limit ${count}
    ), said as (
      update plugin_state s set seq = s.seq + 1, beats = s.beats + 1, last_seen = ${now}, sent_at = ${now},
        telemetry = jsonb_build_object('webhook_fail_rate', ${failShare}::float8,
          'webhooks_sent', coalesce((s.telemetry ->> 'webhooks_sent')::int, 0) + 20,
          'webhooks_failed', coalesce((s.telemetry ->> 'webhooks_failed')::int, 0) + ${failed}::int)
      from chosen c where s.tenant_id = c.tenant_id and s.plugin_id = c.id returning s.*
    )
    insert into plugin_heartbeats (tenant_id, plugin_id, received_at, id, webhook_id, boot_id, seq, sent_at, running_version, disk_version,
      is_active, telemetry, errors, body_sha256, process_id, batch_no)
    select tenant_id, plugin_id, ${now}, gen_random_uuid(), gen_random_uuid()::text, boot_id, seq, ${now}, running_version, disk_version, true,
      telemetry, '[]', sha256(''), gen_random_uuid(), 1 from said`;
}
