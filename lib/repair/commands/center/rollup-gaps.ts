import { sql } from "drizzle-orm";
import type { WriterTx } from "@/db/writer";
import { canonicalJson, type Json } from "@/lib/kernel/canonical-json";
import type { RepairRow } from "../../types";
import type { CenterJob } from "./center-job";

const SUMS = ["beats", "webhooks_sent", "webhooks_failed", "errors", "fail_rate_sum", "fail_rate_count"].concat(
  ...["latency_p95", "queue_depth"].map((name) => [`${name}_sum`, `${name}_count`]),
);
const MAXES = ["fail_rate_max", "latency_p95_max", "queue_depth_max"];
const COLUMNS = [...SUMS, ...MAXES];
const cells = (row: string) => `jsonb_build_object(${COLUMNS.map((name) => `'${name}', ${row}.${name}`).join(", ")})`;

/** Sums of fractions depend on the order in which they were added: what differs less than this does not differ. */
const rounded = (row: string) => `jsonb_build_object(${COLUMNS.map((name) => `'${name}', round(${row}.${name}::numeric, 6)`).join(", ")})`;

/** An hour or day that is over, and of which no beat can be late any more: what its finest steps add up to, where they are all still kept. */
const DIFFERENCE = `
select s.tenant_id, s.step_seconds, s.plugin_id, s.bucket_at, ${rounded("s")} as after, case when r.tenant_id is null then null else ${cells("r")} end as before
from (
  select f.tenant_id, c.step_seconds, f.plugin_id, date_bin(make_interval(secs => c.step_seconds), f.bucket_at, 'epoch') as bucket_at,
    ${SUMS.map((name) => `sum(f.${name}) as ${name}`).join(", ")}, ${MAXES.map((name) => `max(f.${name}) as ${name}`).join(", ")}
  from plugin_rollups f cross join (values (3600), (86400)) c (step_seconds)
  where f.step_seconds = 300 and f.bucket_at >= date_trunc('day', now(), 'UTC') - interval '5 days'
    and date_bin(make_interval(secs => c.step_seconds), f.bucket_at, 'epoch') + make_interval(secs => c.step_seconds) < now() - interval '1 hour'
  group by 1, 2, 3, 4) s
left join plugin_rollups r using (tenant_id, step_seconds, plugin_id, bucket_at)
where r.tenant_id is null or ${rounded("r")} <> ${rounded("s")}
order by 1, 2, 3, 4`;

type Found = { tenant_id: string; step_seconds: number; plugin_id: string; bucket_at: string | Date; before: Cells | null; after: Cells };
type Cells = RepairRow["after"] & object;

const where = (key: Readonly<Record<string, unknown>>) =>
  sql`tenant_id = ${String(key.tenant_id)}::uuid and step_seconds = ${Number(key.step_seconds)} and plugin_id = ${String(key.plugin_id)}::uuid
    and bucket_at = ${String(key.bucket_at)}::timestamptz`;

async function current(tx: WriterTx, key: Readonly<Record<string, unknown>>): Promise<Cells | null> {
  const [row] = await tx.execute<{ cells: Cells }>(sql`select ${sql.raw(cells("r"))} as cells from plugin_rollups r where ${where(key)}`);
  return row?.cells ?? null;
}

/** Hours and days of the fleet's roll-ups that are missing, or are not what their five-minute steps add up to. */
export const rollupGaps: CenterJob = {
  async plan(tx) {
    const found = await tx.execute<Found>(sql.raw(DIFFERENCE));
    return found.map(({ before, after, bucket_at: at, ...key }) => ({
      ...{ table: "plugin_rollups", key: { ...key, bucket_at: new Date(at).toISOString() }, before, after },
    }));
  },

  read: current,

  async move(tx, { key, from, to }) {
    const now = canonicalJson((await current(tx, key)) as Json);
    if (now === canonicalJson(to as Json)) return true;
    if (now !== canonicalJson(from as Json)) return false;
    const row = to === null ? null : JSON.stringify(to);
    await tx.execute(sql`select repair_rollup_row(${String(key.tenant_id)}::uuid, ${Number(key.step_seconds)}, ${String(key.plugin_id)}::uuid,
      ${String(key.bucket_at)}::timestamptz, ${row}::jsonb)`);
    return true;
  },
};
