import type postgres from "postgres";
import { ingest } from "@/db/ingest";
import { scopeFor } from "@/lib/access/system-actor";
import { groupBy } from "@/lib/kernel/group-by";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { LIMITS } from "@/lib/platform/limits";
import { scopeSettings } from "@/lib/platform/scope";
import { advanceAll, type ModuleMemory } from "../advance-all";
import { newModuleStreams, packModule, unpackModule } from "../module-streams";
import { type Due, sliceDue } from "../slice-due";
import { type SummedMinute, sumMinutes } from "../step-sums";
import type { ModuleStreams, StepSums } from "../types";

const STEP_MS = LIMITS.moduleStepSeconds * 1_000;

/** A module of which streams are kept, and what runs there. */
export interface WatchedModule {
  readonly moduleId: string;
  readonly runningVersion: string | null;
}

interface MinuteRow extends SummedMinute {
  readonly moduleId: string;
  readonly tenantId: string;
  readonly minuteAt: Date;
}

interface StreamRow {
  readonly moduleId: string;
  readonly tenantId: string;
  readonly takenAt: Date | null;
  readonly runningVersion: string | null;
  readonly calmUntil: Date | null;
  readonly streams: Buffer | null;
  readonly raised: ModuleStreams["raised"];
  readonly heard: ModuleStreams["heard"];
  readonly hasBanks: boolean;
}

const keyOf = ({ moduleId, tenantId }: { readonly moduleId: string; readonly tenantId: string }) => `${moduleId} ${tenantId}`;

/** How far each module has come, or where its signals begin; nothing is due where there are none. */
async function readDue(sql: postgres.TransactionSql, modules: readonly WatchedModule[], now: Date): Promise<Due[]> {
  const oldest = new Date(now.getTime() - LIMITS.moduleStepFirstSeconds * 1_000);
  const ids = modules.map(({ moduleId }) => moduleId);
  const rows = await sql<{ moduleId: string; since: Date | null }[]>`
    select m.id as "moduleId", coalesce(
      (select greatest(taken_at, ${oldest}) from module_streams where tenant_id = ${PLATFORM_TENANT} and module_id = m.id),
      (select minute_at from module_minutes where module_id = m.id and minute_at >= ${oldest} order by minute_at limit 1)) as since
    from unnest(${ids}::uuid[]) as m (id)`;
  const endMs = Math.floor((now.getTime() - LIMITS.moduleStepSettleSeconds * 1_000) / STEP_MS) * STEP_MS;
  const since = new Map(rows.map((row) => [row.moduleId, row.since]));
  return modules.flatMap((module) => {
    const at = since.get(module.moduleId);
    if (!at) return [];
    const fromMs = Math.floor(at.getTime() / STEP_MS) * STEP_MS;
    const untilMs = Math.min(endMs, fromMs + LIMITS.moduleStepsAtOnce * STEP_MS);
    return untilMs > fromMs ? [{ ...module, fromMs, untilMs }] : [];
  });
}

const spansOf = (due: readonly Due[]) =>
  JSON.stringify(
    due.map(({ moduleId, fromMs, untilMs }) => ({
      ...{ module_id: moduleId, since: new Date(fromMs).toISOString(), until: new Date(untilMs).toISOString() },
    })),
  );

/** As much of what is due as one transaction has room for. */
async function readSlice(sql: postgres.TransactionSql, due: readonly Due[]): Promise<Due[]> {
  const counts = await sql<{ moduleId: string; atMs: number; rows: number }[]>`
    select m.module_id as "moduleId", (floor(extract(epoch from m.minute_at) * 1000 / ${STEP_MS}) * ${STEP_MS})::float8 as "atMs", count(*)::int as rows
    from json_to_recordset(${spansOf(due)}::text::json) as d (module_id uuid, since timestamptz, until timestamptz)
      join module_minutes m on m.module_id = d.module_id and m.minute_at >= d.since and m.minute_at < d.until
    group by 1, 2`;
  const byStep = new Map(counts.map(({ moduleId, atMs, rows }) => [`${moduleId} ${atMs}`, rows]));
  return sliceDue(due, (moduleId, atMs) => byStep.get(`${moduleId} ${atMs}`) ?? 0, STEP_MS, LIMITS.moduleStepRows);
}

function readMinutes(sql: postgres.TransactionSql, due: readonly Due[]): Promise<MinuteRow[]> {
  return sql<MinuteRow[]>`
    select m.module_id as "moduleId", m.tenant_id as "tenantId", m.minute_at as "minuteAt", m.surface, m.requests, m.errors,
      m.metered_units as "meteredUnits", m.billed_units as "billedUnits", m.latency
    from json_to_recordset(${spansOf(due)}::text::json) as d (module_id uuid, since timestamptz, until timestamptz)
      join module_minutes m on m.module_id = d.module_id and m.minute_at >= d.since and m.minute_at < d.until`;
}

/** What is remembered of those who did something, locked; and how many more rows may look for slow drifts. */
async function lockRows(sql: postgres.TransactionSql, due: readonly Due[], minutes: readonly MinuteRow[]) {
  const tenants = [...new Set([PLATFORM_TENANT, ...minutes.map(({ tenantId }) => tenantId)])];
  const rows = await sql<(StreamRow & { banks: number })[]>`
    select module_id as "moduleId", tenant_id as "tenantId", taken_at as "takenAt", running_version as "runningVersion", calm_until as "calmUntil",
      streams, raised, heard, has_banks as "hasBanks"
    from module_streams where module_id = any (${due.map(({ moduleId }) => moduleId)}) and tenant_id = any (${tenants})
    order by module_id, tenant_id for update`;
  const [held] = await sql<{ banks: number }[]>`
    select count(*)::int as banks from (select 1 from module_streams where has_banks limit ${LIMITS.moduleBankRows}) held`;
  return { rows, room: LIMITS.moduleBankRows - (held?.banks ?? 0) };
}

/** What a row remembers; streams of another version are learned anew. */
function stateOf(row: StreamRow): ModuleStreams {
  const streams = row.streams === null ? null : unpackModule(row.streams, row.hasBanks);
  const { takenAt, raised, heard, runningVersion, calmUntil } = row;
  return {
    takenAt,
    runningVersion,
    calmUntil,
    heard,
    raised: streams ? raised : [],
    streams: streams ?? newModuleStreams(row.hasBanks).streams,
  };
}

/** Takes the due steps of one module into its memory. */
function advanceSteps(due: Due, minutes: readonly MinuteRow[], memory: ModuleMemory, fresh: () => ModuleStreams, now: Date): ModuleMemory {
  const bySteps = groupBy(minutes, ({ minuteAt }) => Math.floor(minuteAt.getTime() / STEP_MS) * STEP_MS);
  const changed = new Map<string, ModuleStreams>();
  const historyMs = now.getTime() - LIMITS.streamHistorySeconds * 1_000;
  for (let atMs = due.fromMs; atMs < due.untilMs; atMs += STEP_MS) {
    const byTenant = groupBy(bySteps.get(atMs) ?? [], ({ tenantId }) => tenantId);
    const sums = new Map<string, StepSums>([...byTenant].map(([tenantId, own]) => [tenantId, sumMinutes(own)]));
    const step = { at: new Date(atMs), version: due.runningVersion, isHistory: atMs < historyMs };
    const known = new Map([...memory, ...changed]);
    for (const [tenantId, after] of advanceAll(known, sums, step, fresh)) changed.set(tenantId, after);
  }
  return changed;
}

interface Changed {
  readonly moduleId: string;
  readonly tenantId: string;
  readonly state: ModuleStreams;
}

async function store(sql: postgres.TransactionSql, changed: readonly Changed[], now: Date): Promise<void> {
  const rows = changed.map(({ moduleId, tenantId, state }) => ({
    ...{
      module_id: moduleId,
      tenant_id: tenantId,
      taken_at: state.takenAt,
      running_version: state.runningVersion,
      calm_until: state.calmUntil,
    },
    ...{ streams: Buffer.from(packModule(state.streams)).toString("hex"), raised: state.raised, heard: state.heard },
    has_banks: state.streams.some(({ novelty }) => novelty !== null),
  }));
  await sql`
    insert into module_streams as s (module_id, tenant_id, taken_at, running_version, calm_until, streams, raised, heard, has_banks, updated_at)
    select module_id, tenant_id, taken_at, running_version, calm_until, decode(streams, 'hex'), raised, heard, has_banks, ${now}
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as r (module_id uuid, tenant_id uuid, taken_at timestamptz, running_version text,
      calm_until timestamptz, streams text, raised jsonb, heard jsonb, has_banks boolean)
    on conflict (tenant_id, module_id) do update set taken_at = excluded.taken_at, running_version = excluded.running_version,
      calm_until = excluded.calm_until, streams = excluded.streams, raised = excluded.raised, heard = excluded.heard,
      has_banks = excluded.has_banks, updated_at = excluded.updated_at`;
}

/** What one transaction did. */
interface Advanced {
  /** Steps of modules that were taken. */
  readonly steps: number;
  /** Modules that had no room in it. */
  readonly waiting: readonly WatchedModule[];
}

/**
 * Takes the newest steps of modules' minutes into their streams, in one transaction: position, memory and what is raised move together or
 * not at all. Eight statements and about LIMITS.moduleStepRows rows whatever there is to read; at most LIMITS.moduleStepsAtOnce steps of each
 * module.
 *
 * @returns null while another worker is at it
 */
export function advanceModuleStreams(modules: readonly WatchedModule[], now: Date): Promise<Advanced | null> {
  return ingest().begin(async (sql) => {
    const { tenants, all } = scopeSettings(scopeFor("scan"));
    const [lock] = await sql<{ isHeld: boolean }[]>`
      select set_config('center.tenants', ${tenants}, true), set_config('center.scope_all', ${all}, true),
        pg_try_advisory_xact_lock(7105670) as "isHeld"`;
    if (!lock?.isHeld) return null;
    const everything = await readDue(sql, modules, now);
    if (everything.length === 0) return { steps: 0, waiting: [] };
    const due = await readSlice(sql, everything);
    const waiting = everything.slice(due.length);
    const minutes = await readMinutes(sql, due);
    const { rows, room: before } = await lockRows(sql, due, minutes);
    const known = new Map(rows.map((row) => [keyOf(row), stateOf(row)]));
    let room = before;
    const changed = due.flatMap((module) => {
      const { moduleId } = module;
      const own = rows.filter((row) => row.moduleId === moduleId);
      const memory = new Map(own.map(({ tenantId }) => [tenantId, known.get(keyOf({ moduleId, tenantId })) as ModuleStreams]));
      const fresh = () => {
        room -= 1;
        return newModuleStreams(room >= 0);
      };
      const ofModule = minutes.filter((minute) => minute.moduleId === moduleId);
      return [...advanceSteps(module, ofModule, memory, fresh, now)].map(([tenantId, state]) => ({ moduleId, tenantId, state }));
    });
    await store(sql, changed, now);
    return { steps: due.reduce((sum, { fromMs, untilMs }) => sum + (untilMs - fromMs) / STEP_MS, 0), waiting };
  }) as Promise<Advanced | null>;
}
