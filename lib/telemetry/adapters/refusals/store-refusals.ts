import { eq, inArray } from "drizzle-orm";
import { ingest } from "@/db/ingest";
import { plugins, tenants } from "@/db/schema/tenants";
import { scopeFor } from "@/lib/access/system-actor";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";
import { read, scopeSettings } from "@/lib/platform/scope";
import { REASONS, type Why } from "../../watched/refusals/reasons";
import type { RefusalNote } from "../../watched/refusals/refusal-notes";

interface Known {
  readonly id: string;
  readonly tenantId: string;
  readonly status: string;
  readonly isOff: boolean;
}

function readKnown(ids: readonly string[]): Promise<Known[]> {
  return read(scopeFor("login"), (tx) =>
    tx
      .select({ id: plugins.id, tenantId: plugins.tenantId, status: plugins.status, isOff: tenants.isDisabled })
      .from(plugins)
      .innerJoin(tenants, eq(tenants.id, plugins.tenantId))
      .where(inArray(plugins.id, [...ids])),
  );
}

/** What was unknown to the accept path is known by now, or is nobody's. */
function whyOf(note: RefusalNote, plugin: Known): Why | null {
  if (note.why !== "unknown") return note.why;
  if (plugin.status === "revoked") return "revoked";
  return plugin.isOff ? "merchant_off" : null;
}

interface Row extends RefusalNote {
  readonly why: Why;
  readonly tenantId: string;
}

function rowsOf(notes: readonly RefusalNote[], known: ReadonlyMap<string, Known>): Row[] {
  return notes.flatMap((note) => {
    const plugin = known.get(note.pluginId);
    const why = plugin ? whyOf(note, plugin) : null;
    if (!plugin || !why) return [];
    const key = note.why === "unknown" ? note.key.replace("unknown", why) : note.key;
    return [{ ...note, key, why, tenantId: plugin.tenantId }];
  });
}

const STORE = `
insert into plugin_refusals as r (tenant_id, plugin_id, key, why, is_proven, route, status, code, errors, skew_seconds, trace_id, count, first_at, last_at)
select * from unnest($1::text[]::uuid[], $2::text[]::uuid[], $3::text[], $4::text[], $5::text[]::boolean[], $6::text[], $7::text[]::integer[], $8::text[],
  $9::text[]::jsonb[], $10::text[]::bigint[], $11::text[], $12::text[]::bigint[], $13::text[]::timestamptz[], $14::text[]::timestamptz[])
on conflict (tenant_id, plugin_id, key) do update set status = excluded.status, code = excluded.code, errors = excluded.errors,
  skew_seconds = excluded.skew_seconds, trace_id = excluded.trace_id, count = r.count + excluded.count, last_at = excluded.last_at`;

/** Of what anybody may write there is no more than one row a reason and route; the plugin's own are as many as are kept. */
const TRIM = `
delete from plugin_refusals r using (
  select tenant_id, plugin_id, key, row_number() over (partition by tenant_id, plugin_id order by last_at desc, key) as place
  from plugin_refusals where is_proven and plugin_id = any ($1::text[]::uuid[])
) o where r.tenant_id = o.tenant_id and r.plugin_id = o.plugin_id and r.key = o.key and o.place > $2::text::integer`;

const FORGET = "delete from plugin_refusals where plugin_id = any ($1::text[]::uuid[]) and last_at < $2::text::timestamptz";

const columnsOf = (rows: readonly Row[]): (string | null)[][] => [
  rows.map((row) => row.tenantId),
  rows.map((row) => row.pluginId),
  rows.map((row) => row.key),
  rows.map((row) => row.why),
  rows.map((row) => String(REASONS[row.why].isProven)),
  rows.map((row) => row.route),
  rows.map((row) => String(row.status)),
  rows.map((row) => row.code),
  rows.map((row) => JSON.stringify(row.errors)),
  rows.map((row) => (row.skewSeconds === null ? null : String(row.skewSeconds))),
  rows.map((row) => row.traceId),
  rows.map((row) => String(row.count)),
  rows.map((row) => row.firstAt.toISOString()),
  rows.map((row) => row.at.toISOString()),
];

async function write(rows: readonly Row[], now: Date): Promise<void> {
  const { tenants: scope } = scopeSettings({ kind: "set", ids: [...new Set(rows.map(({ tenantId }) => tenantId))] });
  const pluginIds = [...new Set(rows.map(({ pluginId }) => pluginId))];
  const oldest = new Date(now.getTime() - LIMITS.refusalMemoryDays * 86_400_000).toISOString();
  await ingest().begin(async (sql) => {
    await sql`select set_config('center.tenants', ${scope}, true), set_config('center.scope_all', '', true)`;
    await sql.unsafe(FORGET, [pluginIds, oldest]);
    await sql.unsafe(STORE, columnsOf(rows));
    await sql.unsafe(TRIM, [pluginIds, String(LIMITS.refusalsKept)]);
  });
}

/** Whether the database took offence at what was written (class 22: data, 23: constraints), rather than being out of reach. */
function isOfData(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^2[23]/.test(String(error.code));
}

async function writeOneByOne(rows: readonly Row[], now: Date): Promise<void> {
  for (const row of rows) {
    try {
      await write([row], now);
    } catch (error) {
      if (!isOfData(error)) throw error;
      log.warn("ERR_DATABASE", "A refusal could not be written down", { pluginId: row.pluginId, why: row.why, error });
    }
  }
}

/**
 * Writes refusals down with the plugins that they are about, in one transaction as the ingest role. Notes about nobody are dropped here,
 * so that the accept path need not ask who somebody is before it refuses. One that cannot be stored is lost alone.
 */
export async function storeRefusals(notes: readonly RefusalNote[], now: Date): Promise<void> {
  if (notes.length === 0) return;
  const known = new Map((await readKnown([...new Set(notes.map(({ pluginId }) => pluginId))])).map((plugin) => [plugin.id, plugin]));
  // In key order, so that two processes lock rows in the same order.
  const rows = rowsOf(notes, known).sort((a, b) => (`${a.pluginId} ${a.key}` < `${b.pluginId} ${b.key}` ? -1 : 1));
  if (rows.length === 0) return;
  try {
    await write(rows, now);
  } catch (error) {
    if (!isOfData(error)) throw error;
    await writeOneByOne(rows, now);
  }
}
