import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { environment } from "@/lib/platform/env";
import { ModuleCenter } from "@/module-client/js/testing/module-center";
import { migratePlatform } from "./database/migrate.mjs";
import { ROLES } from "./database/schema.mjs";
import { seedTenants } from "./database/seed-tenants.mjs";
import { FAULTS } from "./faults/faults.mjs";
import { strike } from "./faults/strike.mjs";
import { MODULE_KEYS, readSettings, type Settings } from "./read-settings.mjs";

const center = new ModuleCenter();
const dir = mkdtempSync(join(tmpdir(), "platform-"));
const file = join(dir, "platform.json");
const tenants = ["atlas", "boreal"].map((slug) => ({ id: randomUUID(), slug, name: slug }));
let settings: Settings;
let platform: ChildProcess;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

beforeAll(async () => {
  const passwords = Object.fromEntries(ROLES.map((role) => [role, "one-for-every-test-of-this-server"]));
  const database = await migratePlatform(environment().databaseUrl ?? "", passwords);
  await seedTenants(database.platform_owner ?? "", tenants);
  await migratePlatform(environment().databaseUrl ?? "", passwords);
  center.entitlements = { digest: "all", tenants: Object.fromEntries(tenants.map(({ id }) => [id, MODULE_KEYS])) };
  const ports = { front: await freePort(), external: await freePort(), proxy: await freePort(), control: await freePort() };
  const modules = Object.fromEntries(MODULE_KEYS.map((key) => [key, { id: randomUUID(), secret: center.secret, token: "mit_none" }]));
  const written = {
    center_url: await center.open(),
    dir,
    database,
    tenants,
    modules,
    trust: { keys: [center.key.pinned] },
    ports,
    control_token: randomUUID(),
  };
  writeFileSync(file, JSON.stringify(written));
  settings = readSettings(file);
  platform = spawn(process.execPath, ["examples/platform/platform.mjs"], {
    env: { ...process.env, PLATFORM_FILE: file, PLATFORM_REQUEST_EVERY_MS: "50" },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await center.until(() => MODULE_KEYS.every((key) => healthOf(key)?.status === "ok"), "nine modules that are ok");
});
afterAll(async () => {
  const ended = once(platform, "exit");
  platform.kill("SIGTERM");
  await ended;
  await center.close();
  rmSync(dir, { recursive: true, force: true });
});

/** The newest health that a module told. */
function healthOf(key: string) {
  return center.beats.findLast(({ module_id: id }) => id === settings.modules[key]?.id)?.health;
}
const failing = (key: string) => Object.values<{ ok: boolean; detail?: string }>(healthOf(key)?.checks ?? {}).filter(({ ok }) => !ok);

async function get(path: string): Promise<{ status: number; body: unknown; ms: number }> {
  const since = performance.now();
  const answer = await fetch(`http://127.0.0.1:${settings.ports.front}${path}`);
  return { status: answer.status, body: await answer.json(), ms: performance.now() - since };
}

/** What a module says when it is broken so, in its health and, from within a request, in its records; and the order that mends it, where one does. */
const TOLD: Record<string, { module: string; health: RegExp; code?: string; mend?: string }> = {
  "scheduler-dead": { module: "scheduler", health: /ERR_SCHEDULER_DEAD/, mend: "restart" },
  "cache-corrupt": { module: "cache", health: /ERR_CACHE_CORRUPT/, code: "ERR_CACHE_CORRUPT", mend: "purge_cache" },
  "index-rows-lost": { module: "search", health: /ERR_INDEX_INCOMPLETE/, code: "ERR_INDEX_INCOMPLETE", mend: "rebuild_index" },
  "invoices-skewed": { module: "billing", health: /ERR_INVOICE_SKEWED/, code: "ERR_INVOICE_SKEWED" },
  "queue-full": { module: "scheduler", health: /ERR_QUEUE_FULL/, code: "ERR_QUEUE_FULL", mend: "degrade" },
  "integration-down": { module: "integration", health: /ERR_INTEGRATION_DOWN/, code: "ERR_INTEGRATION_DOWN" },
  "storage-missing": { module: "storage", health: /ERR_STORAGE_MISSING/, code: "ERR_STORAGE_MISSING" },
  "ocr-wrong": { module: "ocr", health: /ERR_OCR_WRONG/, code: "ERR_OCR_WRONG", mend: "rollback_release" },
  "permission-excess": { module: "catalog", health: /ERR_PERMISSION_EXCESS/ },
  "tenant-id-missing": { module: "exports", health: /ERR_TENANT_MISSING/, code: "ERR_TENANT_MISSING" },
};

test("every fault is told by the module that it breaks, leaves the free core up and fast, and ends by its order or by its undoing", {
  timeout: 120_000,
}, async () => {
  expect(Object.keys(FAULTS).sort()).toEqual([...Object.keys(TOLD), "database-slow", "database-away"].sort());
  for (const [fault, { module, health, code, mend }] of Object.entries(TOLD)) {
    await center.until(() => center.signals.length > 0 && healthOf(module)?.status === "ok", `${module} is ok before ${fault}`);
    const since = center.received.length;
    await strike(settings, fault, false);
    await center.until(() => failing(module).some(({ detail }) => health.test(detail ?? "")), `${module} tells of ${fault}`);
    const records = () => center.signals.filter((signal) => signal.code === code && center.received.length > since);
    if (code) await center.until(() => records().length > 0, `a record ${code}`);
    const answers: Awaited<ReturnType<typeof get>>[] = [];
    for (let n = 0; n < 20; n += 1) answers.push(await get(`/t/${tenants[n % 2]?.slug}/catalog`));
    expect(
      answers.map(({ status }) => status),
      fault,
    ).toEqual(Array(20).fill(200));
    expect(answers.map(({ ms }) => ms).toSorted((a, b) => a - b)[10], fault).toBeLessThan(250);
    if (mend) {
      const id = center.sendTo({ id: settings.modules[module]?.id ?? "", key: module }, mend);
      await center.until(() => center.resultsOf(id).some(({ status }) => status === "done"), `${mend} is done`);
    } else await strike(settings, fault, true);
    await center.until(() => healthOf(module)?.status === "ok", `${module} is ok again after ${fault}`);
  }
  expect(center.signals.filter(({ code }) => code === "ERR_UNGOVERNED_WRITE")).toEqual([]);
});

test("a database behind a slow proxy is slow for everybody, and no longer", async () => {
  await strike(settings, "database-slow", false);
  expect((await get("/t/atlas/catalog")).ms).toBeGreaterThan(600);
  await strike(settings, "database-slow", true);
  await center.until(() => healthOf("catalog")?.status === "ok", "the catalog is ok");
  expect((await get("/t/atlas/catalog")).ms).toBeLessThan(1_000);
});

test("a database that is cut off is an error in time, and everybody comes back by themselves once it is there again", async () => {
  await strike(settings, "database-away", false);
  await center.until(() => healthOf("catalog")?.status !== "ok", "the catalog says that it is not well");
  expect(await get("/t/atlas/catalog")).toMatchObject({ status: expect.toSatisfy((status: number) => status >= 500) });
  await strike(settings, "database-away", true);
  await center.until(() => MODULE_KEYS.every((key) => healthOf(key)?.status === "ok"), "all modules are ok again");
  expect((await get("/t/atlas/catalog")).status).toBe(200);
});

test("a fault of one tenant leaves the others' rows as they are", async () => {
  const { default: postgres } = await import("postgres");
  const sql = postgres(settings.database.platform_watch, { max: 1 });
  const indexed = () =>
    sql`SELECT t.slug, count(s)::int AS rows FROM tenants t LEFT JOIN search_index s ON s.tenant_id = t.id GROUP BY 1 ORDER BY 1`;
  const before = Object.fromEntries((await indexed()).map(({ slug, rows }) => [slug, rows]));
  await strike(settings, "index-rows-lost", false, "boreal");
  const broken = Object.fromEntries((await indexed()).map(({ slug, rows }) => [slug, rows]));
  expect(broken).toEqual({ atlas: before.atlas, boreal: before.boreal - Math.floor(before.boreal / 3) });
  await strike(settings, "index-rows-lost", true);
  await expect(strike(settings, "index-rows-lost", false, "nobody")).rejects.toThrow(RangeError);
  await sql.end();
});

test("nobody writes without a reason, or into another tenant, even with the application's own login", async () => {
  const { default: postgres } = await import("postgres");
  const sql = postgres(settings.database.platform_app, { max: 1 });
  const [mine, other] = tenants.map(({ id }) => id);
  const insert = (tenantId: string | undefined, reason: string) =>
    sql.begin(async (tx) => {
      await tx`SELECT set_config('app.tenant', ${mine ?? ""}, true), set_config('app.reason', ${reason}, true)`;
      await tx`INSERT INTO grants (tenant_id, person, role, permission) VALUES (${tenantId ?? ""}, 'x@example', 'clerk', 'all')`;
    });
  await expect(insert(mine, "")).rejects.toThrow(/ERR_UNGOVERNED_WRITE/);
  await expect(insert(other, "a reason")).rejects.toThrow(/ERR_UNGOVERNED_WRITE|row-level security/);
  await expect(sql`SELECT count(*)::int AS n FROM documents`.then(([row]) => row?.n)).resolves.toBe(0);
  await expect(sql`UPDATE ledger SET amount_cents = 1`).rejects.toThrow(/permission denied/);
  await sql.end();
});
