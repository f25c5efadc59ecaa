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
import { EXPORTERS } from "@/lib/scanner/adapters/exporters";
import { OWN_SUBJECT, type ScanSubject, scanContracts } from "@/lib/scanner/jobs/scan-contracts";
import { measureCpu } from "@/scripts/testing/scanner/measure-cpu";
import { copyBuild, PLANTED_EXPORTER, plantInBuild, plantRows, type Wanted } from "@/scripts/testing/scanner/plant-product";
import { DATABASE_PLANTS } from "@/scripts/testing/scanner/plants";

/** CPU seconds that one scan of everything may take; and what is watched all the time, which comes round every 30 s. */
const BOUNDS = { cpuSeconds1: 3, cpuSeconds1000: 6, realtimeSeconds: 0.5 };
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

type Violation = { readonly invariant: string; readonly object: string };
const openOnes = (sql: postgres.Sql) => sql<Violation[]>`select invariant, object from scan_violations where status = 'open' order by 1, 2`;
const told = (all: readonly Violation[]) => {
  for (const { invariant, object } of all) console.error(`  ${invariant}: ${object}`);
};

/** One scan of everything on a tree where nothing is planted. */
async function cleanScan(sql: postgres.Sql, tenants: number, subject: ScanSubject) {
  await sql`analyze`;
  await scanContracts("weekly", "check", systemClock, subject);
  const { answer, cpuSeconds } = await measureCpu(sql, () => scanContracts("weekly", "check", systemClock, subject));
  const watch = await measureCpu(sql, () => scanContracts("realtime", "check", systemClock, subject));
  const alarms = await openOnes(sql);
  console.error(
    `${tenants} tenants: ${cpuSeconds.toFixed(2)} CPU s, ${answer.rows_read} rows, ${alarms.length} found; watching ${watch.cpuSeconds.toFixed(2)} CPU s`,
  );
  told(alarms);
  return { alarms: alarms.length, cpuSeconds, rows: answer.rows_read ?? 0, watchSeconds: watch.cpuSeconds, faults: answer.faults ?? 0 };
}

/** Plants everything and looks once. @returns how many of what was planted were found, and what was found beside it */
async function plantAndScan(sql: postgres.Sql, module: { id: string; secret_version: number }) {
  const build = path.join(process.env.SCRATCH_DIR ?? "", "build");
  copyBuild(OWN_SUBJECT.buildFolder, build);
  const signals = await plantSignals(module);
  const plants = DATABASE_PLANTS.filter(({ isPlanted }) => isPlanted);
  for (const plant of plants) await sql.begin((tx) => tx.unsafe(plant.sql));
  const exporter = { invariant: "export.unsafe", object: /^\/api\/ops\/planted-cells$/ };
  const wanted: Wanted[] = [...plants, ...signals, ...(await plantRows(sql)), ...plantInBuild(build), exporter];
  // An export that nobody knows is a route that nobody knows, too.
  const expected = new Set(["route.without_access", ...plants.flatMap(({ also = [] }) => also)]);
  await scanContracts("weekly", "check", systemClock, { ...OWN_SUBJECT, buildFolder: build, exporters: [...EXPORTERS, PLANTED_EXPORTER] });
  const all = await sql<Violation[]>`select invariant, object from scan_violations order by 1, 2`;
  const isOf = (one: Wanted, { invariant, object }: Violation) => one.invariant === invariant && one.object.test(object);
  const missed = wanted.filter((one) => !all.some((violation) => isOf(one, violation)));
  const strange = all.filter((violation) => !wanted.some((one) => isOf(one, violation)) && !expected.has(violation.invariant));
  const blocks = await sql<{ kind: string; target: string }[]>`select kind, target from scan_blocks where lifted_at is null order by 1, 2`;
  for (const one of missed) console.error(`NOT FOUND ${one.invariant}: ${one.object}`);
  if (strange.length > 0) console.error("found and not planted:");
  told(strange);
  return { planted: wanted.length, found: wanted.length - missed.length, strange: strange.length, blocks: blocks.length };
}

/** Whether a second scan sees the walls standing again that the database could put up by itself. */
async function countRestored(sql: postgres.Sql): Promise<number> {
  const before = (await openOnes(sql)).length;
  await scanContracts("weekly", "check", systemClock);
  return before - (await openOnes(sql)).length;
}

/** The program. @returns its exit code */
export async function checkScanner(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { tenants: { type: "string", default: "1000" } } });
  await makeDatabase();
  const module = await runCommand(registerModule, { input: { moduleKey: "search", title: "Search" }, actor: ops, now: now() });
  await addTenants(0, 1);
  const sql = postgres(urlOf(SUPERUSER.username, decodeURIComponent(SUPERUSER.password)), { max: 1, onnotice: () => undefined });
  const one = await cleanScan(sql, 1, OWN_SUBJECT);
  await addTenants(1, Number(values.tenants) - 1);
  const many = await cleanScan(sql, Number(values.tenants), OWN_SUBJECT);
  const planted = await plantAndScan(sql, module);
  const restored = await countRestored(sql);
  await sql.end();
  await closeConnections();
  const round = (value: number) => Math.round(value * 100) / 100;
  const report = {
    planted: planted.planted,
    found: planted.found,
    false_alarms: one.alarms + many.alarms + planted.strange,
    cpu_s_1: round(one.cpuSeconds),
    cpu_s_1000: round(many.cpuSeconds),
    rows_1: one.rows,
    rows_1000: many.rows,
    watch_cpu_s_1: round(one.watchSeconds),
    watch_cpu_s_1000: round(many.watchSeconds),
    blocks: planted.blocks,
    restored,
  };
  const isCostly =
    one.cpuSeconds > BOUNDS.cpuSeconds1 || many.cpuSeconds > BOUNDS.cpuSeconds1000 || many.watchSeconds > BOUNDS.realtimeSeconds;
  const isBroken = report.found < report.planted || report.false_alarms > 0 || one.faults + many.faults > 0 || planted.blocks === 0;
  console.log(JSON.stringify(report));
  return isCostly || isBroken ? 1 : 0;
}
