import { randomUUID } from "node:crypto";
import path from "node:path";
import { parseArgs } from "node:util";
import postgres from "postgres";
import { closeConnections } from "@/db/connection";
import { migrateDatabase } from "@/db/migrate";
import { registerPlugin } from "@/lib/access/commands/register-plugin";
import { registerTenant } from "@/lib/access/commands/register-tenant";
import { sign } from "@/lib/access/credentials/standard-webhooks";
import { revealModuleSecret } from "@/lib/access/modules/queries-modules";
import { systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { registerModule } from "@/lib/modules/registry/commands/register-module";
import { setEntitlements } from "@/lib/modules/registry/commands/set-entitlements";
import { acceptSignals } from "@/lib/modules/signals/adapters/accept-signals";
import { systemClock } from "@/lib/platform/clock";
import { scanContracts } from "@/lib/scanner/jobs/scan-contracts";
import type { ScanKind } from "@/lib/scanner/types";
import { measureCpu } from "@/scripts/testing/scanner/measure-cpu";
import { countRestored, plantInStages, type Violation } from "@/scripts/testing/scanner/plant-in-stages";
import type { Wanted } from "@/scripts/testing/scanner/plant-product";

/**
 * CPU seconds that one scan of everything may take; and what is watched all the time, which comes round every 30 s. So many are planted
 * at least, and of so many at least the database must put the wall up again.
 */
const BOUNDS = { cpuSeconds1: 3, cpuSeconds1000: 6, realtimeSeconds: 0.5, realtimeRows: 1_000, planted: 30, restorable: 10 };
const SUPERUSER = new URL(process.env.SUPERUSER_URL ?? "");
const ops = systemActor("check", "operate");
const now = () => new Date();

function urlOf(user: string, password: string): string {
  const url = new URL(SUPERUSER);
  [url.username, url.password, url.pathname] = [user, password, "/center"];
  return url.href;
}

/** An owner that is no superuser, as in production, and a database of its own. */
async function makeDatabase(): Promise<void> {
  const password = randomUUID();
  const sql = postgres(SUPERUSER.href, { max: 1, onnotice: () => undefined });
  await sql.unsafe(`create role center_owner login createrole createdb password '${password}'`);
  await sql.unsafe("create database center owner center_owner");
  await sql.end();
  process.env.DATABASE_URL = urlOf("center_owner", password);
  await migrateDatabase(process.env.DATABASE_URL, Buffer.from(process.env.MASTER_KEY ?? "", "base64"), path.resolve("drizzle"));
}

async function addTenants(first: number, count: number): Promise<string[]> {
  const ids: string[] = [];
  const left = Array.from({ length: count }, (_, index) => first + index);
  const work = async () => {
    for (let at = left.pop(); at !== undefined; at = left.pop()) {
      const tenant = await runCommand(registerTenant, { input: { slug: `tenant-${at}`, name: `Tenant ${at}` }, actor: ops, now: now() });
      const plugin = { tenantId: tenant.id, pluginKey: "my-pay", version: "1.0.0" };
      await runCommand(registerPlugin, { input: plugin, actor: ops, now: now() });
      await runCommand(setEntitlements, {
        input: { tenantId: tenant.id, modules: { search: true }, reason: "check" },
        actor: ops,
        now: now(),
      });
      ids.push(tenant.id);
    }
  };
  await Promise.all(Array.from({ length: 4 }, work));
  return ids;
}

/** A module that speaks of nobody's and of a stranger's. */
async function plantSignals(module: { id: string; secret_version: number }): Promise<readonly Wanted[]> {
  const [stranger] = await addTenants(100_000, 1);
  const other = await runCommand(setEntitlements, {
    input: { tenantId: stranger ?? "", modules: { search: false }, reason: "check" },
    ...{ actor: ops, now: now() },
  });
  const line = { ts: now().toISOString(), level: "info", code: "INFO_PLANTED", message: "planted" };
  const lines = [line, { ...line, tenant_id: other.tenant_id }].map((one) => JSON.stringify(one)).join("\n");
  const [id, timestamp] = [`msg_${randomUUID()}`, Math.floor(Date.now() / 1_000)];
  const body = Buffer.from(lines);
  const signature = sign(await revealModuleSecret(module.id, module.secret_version), id, timestamp, body);
  const headers = { callerId: module.id, webhookId: id, webhookTimestamp: String(timestamp), webhookSignature: signature };
  await acceptSignals(headers, body, now());
  return [
    { invariant: "signal.tenant_missing", object: /^search$/ },
    { invariant: "signal.cross_tenant", object: /^search ERR_CROSS_TENANT$/ },
  ];
}

const openOnes = (sql: postgres.Sql) => sql<Violation[]>`select invariant, object from scan_violations where status = 'open' order by 1, 2`;
const told = (all: readonly Violation[]) => {
  for (const { invariant, object } of all) console.error(`  ${invariant}: ${object}`);
};

interface Cost {
  readonly cpuSeconds: number;
  readonly rows: number;
  readonly faults: number;
}

async function scanOnce(sql: postgres.Sql, kind: ScanKind): Promise<Cost> {
  const { answer, cpuSeconds } = await measureCpu(sql, () => scanContracts(kind, "check", systemClock));
  return { cpuSeconds: Math.round(cpuSeconds * 100) / 100, rows: answer.rows_read ?? 0, faults: answer.faults ?? 0 };
}

/** One scan of each kind on a tree where nothing is planted. */
async function cleanScans(sql: postgres.Sql, tenants: number) {
  await sql`analyze`;
  await scanContracts("weekly", "check", systemClock);
  const weekly = await scanOnce(sql, "weekly");
  const daily = await scanOnce(sql, "daily");
  const realtime = await scanOnce(sql, "realtime");
  const alarms = await openOnes(sql);
  console.error(`${tenants} tenants: ${JSON.stringify({ weekly, daily, realtime })}, ${alarms.length} found`);
  told(alarms);
  return { alarms: alarms.length, weekly, daily, realtime, faults: weekly.faults + daily.faults + realtime.faults };
}

function tellStages({ stages, strange }: Awaited<ReturnType<typeof plantInStages>>): void {
  for (const { kind, planted, missed } of stages) {
    console.error(`before one ${kind} scan: ${planted} planted, ${planted - missed.length} found`);
    for (const one of missed) console.error(`NOT FOUND ${one.invariant}: ${one.object}`);
  }
  if (strange.length > 0) console.error("found and not planted:");
  told(strange);
}

/** The program. @returns its exit code */
export async function checkScanner(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { tenants: { type: "string", default: "1000" } } });
  await makeDatabase();
  const module = await runCommand(registerModule, { input: { moduleKey: "search", title: "Search" }, actor: ops, now: now() });
  await addTenants(0, 1);
  const sql = postgres(urlOf(SUPERUSER.username, decodeURIComponent(SUPERUSER.password)), { max: 1, onnotice: () => undefined });
  const one = await cleanScans(sql, 1);
  await addTenants(1, Number(values.tenants) - 1);
  const many = await cleanScans(sql, Number(values.tenants));
  const planting = await plantInStages(sql, () => plantSignals(module));
  tellStages(planting);
  const { restorable, restored } = await countRestored(sql);
  const [{ blocks } = { blocks: 0 }] = await sql<
    { blocks: number }[]
  >`select count(*)::int as blocks from scan_blocks where lifted_at is null`;
  await sql.end();
  await closeConnections();
  const planted = planting.stages.reduce((sum, stage) => sum + stage.planted, 0);
  const report = {
    planted,
    found: planted - planting.stages.reduce((sum, { missed }) => sum + missed.length, 0),
    false_alarms: one.alarms + many.alarms + planting.strange.length,
    cpu_s_1: one.weekly.cpuSeconds,
    cpu_s_1000: many.weekly.cpuSeconds,
    rows_1: one.weekly.rows,
    rows_1000: many.weekly.rows,
    daily_cpu_s_1000: many.daily.cpuSeconds,
    watch_cpu_s_1: one.realtime.cpuSeconds,
    watch_cpu_s_1000: many.realtime.cpuSeconds,
    watch_rows_1: one.realtime.rows,
    watch_rows_1000: many.realtime.rows,
    by_kind: Object.fromEntries(planting.stages.map(({ kind, planted: count, missed }) => [kind, [count, count - missed.length]])),
    blocks,
    restorable,
    restored,
  };
  const isCostly =
    one.weekly.cpuSeconds > BOUNDS.cpuSeconds1 ||
    many.weekly.cpuSeconds > BOUNDS.cpuSeconds1000 ||
    many.realtime.cpuSeconds > BOUNDS.realtimeSeconds ||
    many.realtime.rows > BOUNDS.realtimeRows;
  const isMissed = report.found < BOUNDS.planted || report.found < planted || report.false_alarms > 0 || one.faults + many.faults > 0;
  const isLeftDown = blocks === 0 || restorable < BOUNDS.restorable || restored < restorable;
  console.log(JSON.stringify(report));
  return isCostly || isMissed || isLeftDown ? 1 : 0;
}
