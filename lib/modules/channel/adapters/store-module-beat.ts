import { ingest } from "@/db/ingest";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { LIMITS } from "@/lib/platform/limits";
import { scopeSettings } from "@/lib/platform/scope";
import type { ModuleBeat } from "../types";

/** Whether the younger generation of a module's message ids still takes new ones. */
const IS_YOUNG = `$3::timestamptz < s.ring_since + interval '${LIMITS.replayMemorySeconds} seconds'`;
/** Whether this beat is older news than the state: by the module's own clock, and by its count or its boot. */
const IS_OLD = `$6::timestamptz < s.sent_at and case when s.boot_id = $4::uuid then $5::bigint < s.seq else true end`;
const unlessOld = (column: string, value: string) => `${column} = case when ${IS_OLD} then s.${column} else ${value} end`;
const [TENANT, MODULE, NOW, BOOT, SEQ, SENT, ID] = [
  "$1::uuid",
  "$2::uuid",
  "$3::timestamptz",
  "$4::uuid",
  "$5::bigint",
  "$6::timestamptz",
  "$12",
];

/** One value where this beat tells of another version than the one before, else another. */
const IS_NEW_VERSION = (then: string, otherwise: string) =>
  `case when s.running_version is distinct from excluded.running_version then ${then} else ${otherwise} end`;

/** Checks that fail in this beat, each with since when and in how many beats in a row it does. */
const FAILING = `(select coalesce(jsonb_object_agg(c.key, jsonb_build_object(
    'since', coalesce(s.failing -> c.key -> 'since', to_jsonb(excluded.last_seen)),
    'beats', coalesce((s.failing -> c.key ->> 'beats')::int, 0) + 1)), '{}'::jsonb)
  from jsonb_each(excluded.health -> 'checks') c where c.value -> 'ok' = 'false'::jsonb)`;

/**
 * The one statement that stores a beat: the newest word, and the ids of messages that were heard lately. A message that was heard before
 * changes nothing and returns no row; two at once wait for each other at the row.
 */
const STORE = `
insert into module_service_state as s (tenant_id, module_id, last_seen, boot_id, booted_at, seq, sent_at, running_version, manifest_digest,
  health, queue, flags, modes, recent_ids, ring_since, beats)
values (${TENANT}, ${MODULE}, ${NOW}, ${BOOT}, ${NOW}, ${SEQ}, ${SENT}, $7, $8, $9::text::jsonb, $10::text::jsonb, $11::text::jsonb,
  $13::text::jsonb, array[${ID}], ${NOW}, 1)
on conflict (tenant_id, module_id) do update set last_seen = greatest(s.last_seen, excluded.last_seen),
  ${unlessOld("booted_at", "case when s.boot_id = excluded.boot_id then s.booted_at else excluded.booted_at end")},
  ${unlessOld("previous_boot_id", "case when s.boot_id = excluded.boot_id then s.previous_boot_id else s.boot_id end")},
  ${unlessOld("version_before", IS_NEW_VERSION("s.running_version", "s.version_before"))},
  ${unlessOld("version_since", IS_NEW_VERSION("excluded.last_seen", "s.version_since"))},
  ${["boot_id", "seq", "sent_at", "running_version", "manifest_digest", "health", "queue", "flags", "modes"].map((name) => unlessOld(name, `excluded.${name}`)).join(", ")},
  ${unlessOld("failing", FAILING)},
  recent_ids = (case when ${IS_YOUNG} then excluded.recent_ids || s.recent_ids else excluded.recent_ids end)[1:${LIMITS.replayRing}],
  older_ids = case when ${IS_YOUNG} then s.older_ids else s.recent_ids end,
  ring_since = case when ${IS_YOUNG} then s.ring_since else excluded.ring_since end, beats = s.beats + 1
where not (${ID} = any (s.recent_ids) or ${ID} = any (s.older_ids))
returning beats`;

/**
 * Stores a module's beat as the ingest role.
 * @returns whether this message had been heard before
 */
export async function storeModuleBeat(webhookId: string, { timestamp, data }: ModuleBeat, now: Date): Promise<{ isDuplicate: boolean }> {
  const { tenants } = scopeSettings({ kind: "set", ids: [PLATFORM_TENANT] });
  const row = [
    PLATFORM_TENANT,
    data.module_id,
    now.toISOString(),
    data.boot_id,
    String(data.seq),
    new Date(timestamp).toISOString(),
    data.running_version,
    data.manifest_digest,
    JSON.stringify(data.health),
    JSON.stringify(data.queue),
    JSON.stringify(data.flags),
    webhookId,
    JSON.stringify(data.modes),
  ];
  const stored = await ingest().begin(async (sql) => {
    const scope = sql`select set_config('center.tenants', ${tenants}, true), set_config('center.scope_all', '', true)`.execute();
    const [, rows] = await Promise.all([scope, sql.unsafe(STORE, row, { prepare: true }).execute()]);
    return rows.length;
  });
  return { isDuplicate: stored === 0 };
}
