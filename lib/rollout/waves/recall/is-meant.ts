import { type SQL, sql } from "drizzle-orm";

interface Pulled {
  readonly kind: string | SQL;
  readonly rolloutId: string | null | SQL;
  readonly version: string | SQL;
}

/**
 * Whose version it is that a recall or an abort takes back: of a recall whoever runs it; of an abort only who has it from that
 * very rollout, so that what was installed rightly since (by another rollout of the same release) stays.
 *
 * @returns a condition on `p`, the plugin
 */
export function isMeant({ kind, rolloutId, version }: Pulled): SQL {
  return sql`(${kind} = 'recall' or ${rolloutId} = (select a.rollout_id from plugin_autopatch_attempts a
    where a.tenant_id = p.tenant_id and a.plugin_id = p.id and a.method = 'update' and a.to_version = ${version}
      and (a.phase <> 'done' or a.status in ('success', 'failed')) order by a.created_at desc, a.id desc limit 1))`;
}

/**
 * Whether a plugin that was dealt with before may be taken back once more, by a beat since: the order was never fetched, or the
 * version that was undone has been installed again. An abort leaves that to whoever installed it.
 *
 * @param kind  of the recall
 * @returns a condition on `i`, its item, `p`, the plugin, and `s`, its state
 */
export function isDueAgain({ kind, version }: Pick<Pulled, "kind" | "version">): SQL {
  return sql`(s.last_seen > i.updated_at and (i.state = 'waiting'
    or (i.state = 'undone' and ${kind} = 'recall' and s.running_version = ${version} and s.disk_version = ${version})))`;
}
