import { type SQL, sql } from "drizzle-orm";
import { moduleServices } from "@/db/schema/modules/modules";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { minuteSums, type SlowLine, SUM_COLUMNS } from "@/lib/modules/signals/minute-sums";
import { SURFACES } from "@/lib/modules/signals/types";
import type { ReaderTx } from "@/lib/platform/scope";
import { slowFrom } from "./promises/definitions";
import { NO_WINDOWS, SUM_NAMES } from "./sums";
import { type MeasuredService, type ScopeSums, type Sums, WINDOWS, type WindowName } from "./types";

/** Every module of the platform that is not revoked; all of them are everybody's to see. */
export async function readMeasured(reader: ReaderTx): Promise<MeasuredService[]> {
  const rows = await reader.select().from(moduleServices);
  return rows.flatMap(({ id, moduleKey, title, criticality, status }) =>
    status === "active" ? [{ moduleId: id, moduleKey, title, criticality }] : [],
  );
}

/** From when on requests are slow, as the sums take it. */
export function slowLines(services: readonly MeasuredService[]): SlowLine[] {
  return services.flatMap((service) => slowFrom(service).map((line) => ({ module_id: service.moduleId, ...line })));
}

/** Which minutes and steps a sum is made of. */
export interface Wanted {
  readonly at: Date;
  readonly services: readonly MeasuredService[];
  /** One tenant alone; all that the scope holds where it is left out. */
  readonly tenantId?: string;
  /** Whether each tenant has sums of its own, instead of all together. */
  readonly isByTenant: boolean;
  /** These windows alone; all of them where it is left out. Those of a step longer than five minutes hold, for an instant that is past, what came after it. */
  readonly windows?: readonly WindowName[];
}

const MINUTE_MS = 60_000;
/** The finest step of the roll-ups. */
const STEP_MS = 300_000;
/** From which step a window is read, in seconds: fine enough that its edge is off by a sixth of it at most. */
const STEP_OF: Readonly<Record<Exclude<WindowName, "5m">, number>> = {
  "30m": 300,
  "1h": 300,
  "2h": 300,
  "6h": 300,
  "1d": 3_600,
  "3d": 3_600,
  "30d": 86_400,
};

interface Span {
  readonly name: WindowName;
  readonly step: number;
  readonly from: Date;
}

/** Where each window begins: at the start of a step, and never shorter than it is called, but for the days of a budget, of which today is one. */
export function spansOf(at: Date): Span[] {
  const floor = (ms: number, step: number) => new Date(Math.floor(ms / (step * 1_000)) * step * 1_000);
  return (Object.keys(WINDOWS) as WindowName[]).map((name) => {
    const begin = at.getTime() - WINDOWS[name] * 1_000;
    if (name === "5m") return { name, step: 60, from: floor(begin + MINUTE_MS, 60) };
    const step = STEP_OF[name];
    return { name, step, from: floor(name === "30d" ? begin + step * 1_000 : begin, step) };
  });
}

const listed = (values: readonly string[]) =>
  sql.join(
    values.map((value) => sql`${value}::uuid`),
    sql`, `,
  );

/** Parameters of a statement that is put together as text, in their places. */
function fill(text: string, values: Readonly<Record<string, SQL>>): SQL {
  const parts = text.split(/(\$[a-z]+)/);
  return sql.join(
    parts.map((part) => values[part] ?? sql.raw(part)),
    sql.raw(""),
  );
}

/** Sums of each window. Behind the roll-ups, the minutes themselves are read. */
const STATEMENT = (isByTenant: boolean) => `
with reached as (
  select least(greatest(coalesce((select rolled_until from module_rollup_marks where kind = 'fresh'), $oldest::timestamptz), $oldest::timestamptz),
    $whole::timestamptz) as until
), spans (name, step, since) as (values $spans), steps as (
  select r.tenant_id, r.module_id, r.surface, s.name, ${SUM_COLUMNS.map((column) => `r.${column}`).join(", ")}
  from spans s join module_rollups r on r.step_seconds = s.step and r.bucket_at >= s.since and r.bucket_at < (select until from reached)
  where s.step > 60 and r.module_id in ($modules) and $tenant and r.bucket_at <= $at::timestamptz
), minutes as (
  ${minuteSums("$lines", "m.minute_at >= least((select until from reached), $newest::timestamptz) and m.minute_at <= $at::timestamptz and m.module_id in ($modules) and $minutetenant")}
), parts as (
  select * from steps
  union all
  select m.tenant_id, m.module_id, m.surface, s.name, ${SUM_COLUMNS.map((column) => `m.${column}`).join(", ")}
  from minutes m join spans s on m.at >= s.since and (s.step = 60 or m.at >= (select until from reached))
)
select ${isByTenant ? "tenant_id" : `'${PLATFORM_TENANT}'::uuid as tenant_id`}, module_id, surface, name,
  ${SUM_COLUMNS.map((column) => `sum(${column}) as ${column}`).join(", ")}
from parts group by 1, 2, 3, 4`;

type SumRow = { tenant_id: string; module_id: string; surface: string; name: WindowName } & Record<(typeof SUM_COLUMNS)[number], number>;

function sumsFrom(row: SumRow): Sums {
  return Object.fromEntries(SUM_NAMES.map((name, index) => [name, Number(row[SUM_COLUMNS[index] ?? "minutes"])])) as unknown as Sums;
}

/** What services did in each window up to an instant, as far as the reader's scope goes; who did nothing in 30 days is not among them. */
export async function readSums(reader: ReaderTx, { at, services, tenantId, isByTenant, windows }: Wanted): Promise<ScopeSums[]> {
  if (services.length === 0) return [];
  const spans = spansOf(at).filter(({ name }) => windows === undefined || windows.includes(name));
  const oldest = new Date(Math.min(at.getTime(), ...spans.map(({ from }) => from.getTime())));
  const time = (instant: Date) => sql`${instant.toISOString()}`;
  const since = (name: WindowName) => time(spans.find((span) => span.name === name)?.from ?? at);
  const values = sql.join(
    spans.map(({ name, step, from }) => sql`(${name}::text, ${step}::int, ${from.toISOString()}::timestamptz)`),
    sql`, `,
  );
  const modules = listed(services.map(({ moduleId }) => moduleId));
  const rows = await reader.execute<SumRow>(
    fill(STATEMENT(isByTenant), {
      $oldest: time(oldest),
      // A step that is not over at that instant is read from its minutes: what it was rolled up from may be younger.
      $whole: time(new Date(Math.floor(at.getTime() / STEP_MS) * STEP_MS)),
      $newest: since("5m"),
      $at: time(at),
      $spans: values,
      $modules: modules,
      $lines: sql`${JSON.stringify(slowLines(services))}`,
      $tenant: tenantId ? sql`r.tenant_id = ${tenantId}::uuid` : sql`true`,
      $minutetenant: tenantId ? sql`m.tenant_id = ${tenantId}::uuid` : sql`true`,
    }),
  );
  const found = new Map<string, ScopeSums>();
  for (const row of rows) {
    const surface = SURFACES.find((name) => name === row.surface);
    if (!surface) continue;
    const key = `${row.tenant_id} ${row.module_id} ${surface}`;
    const summed = { ...(found.get(key)?.windows ?? NO_WINDOWS), [row.name]: sumsFrom(row) };
    found.set(key, { tenantId: row.tenant_id, moduleId: row.module_id, surface, windows: summed });
  }
  return [...found.values()];
}
