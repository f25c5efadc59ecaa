import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { POST as postModuleBeat } from "@/app/api/modules/beat/route";
import { POST as postBeat } from "@/app/api/plugins/heartbeat/route";
import { closeConnections } from "@/db/connection";
import { migrateDatabase } from "@/db/migrate";
import { rotateSecret } from "@/lib/access/commands/rotate-secret";
import { revealModuleSecret } from "@/lib/access/modules/queries-modules";
import { revealPluginSecret } from "@/lib/access/plugins/plugin-secrets";
import { forgetKeyRing, masterKeys } from "@/lib/access/sealing/master-key-ring";
import { requireSameMasterKey } from "@/lib/access/sealing/master-key-row";
import { SEALED_COLUMNS } from "@/lib/access/sealing/rotation/sealed-cells";
import { readCommandKeys } from "@/lib/access/sealing/signing-keys";
import { systemActor } from "@/lib/access/system-actor";
import { ensureCommandKey } from "@/lib/access/trust";
import { ensureLogIdentity, readLogIdentity } from "@/lib/audit/checkpoint/keys";
import { sealAll } from "@/lib/audit/jobs/seal-entries";
import { vouch } from "@/lib/audit/jobs/vouch";
import { verifyLog } from "@/lib/audit/verify/verify-log";
import { runCommand } from "@/lib/gateway/run-command";
import { rotateModuleSecret } from "@/lib/modules/registry/commands/rotate-module-secret";
import { environment } from "@/lib/platform/env";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { defineModule } from "@/module-client/js/define-module.mjs";
import { ensurePostgres } from "@/scripts/embedded-postgres.mjs";
import { personActor } from "@/test/actors";
import { createOwnedDatabase, ownerUrl } from "@/test/database/cluster";
import { beatBody, requestOf, signed } from "@/test/database/signed-beat";
import { makePlugin, makeTenant } from "@/test/factories";
import { refusalOf } from "@/test/five-cases";
import { type MadeService, makeModuleService, signedModuleRequest } from "@/test/module-service";
import { declareKeyLost } from "./declare-key-lost";
import { rotateDataKeys } from "./rotate-data-keys";
import { planRotation } from "./rotate-master-key";

// Passwords of roles belong to the cluster, so keys change in one of our own.
const home = mkdtempSync(path.join(tmpdir(), "center-keys-"));
const actor = systemActor("test", "operate");
const now = () => new Date();
const firstKey = Buffer.alloc(32, 5);
const copy = path.join(home, "audit");
let server: Awaited<ReturnType<typeof ensurePostgres>>;
let owner: postgres.Sql;
let plugin: Awaited<ReturnType<typeof makePlugin>>;

beforeAll(async () => {
  server = await ensurePostgres({ dataDir: path.join(home, "pg"), durable: false });
  await createOwnedDatabase(server.superuserUrl, "keys");
  process.env.DATABASE_URL = ownerUrl(server.superuserUrl, "keys");
  process.env.MASTER_KEY = firstKey.toString("base64");
  process.env.DATA_DIR = home;
  mkdirSync(path.join(home, "secrets"));
  writeFileSync(path.join(home, "secrets", "master-key"), `${firstKey.toString("base64")}\n`);
  await migrateDatabase(process.env.DATABASE_URL, firstKey, path.resolve("drizzle"));
  owner = postgres(process.env.DATABASE_URL, { max: 1, onnotice: () => undefined });
  await requireSameMasterKey(now());
  await ensureCommandKey(now());
  await ensureLogIdentity(now());
  plugin = await makePlugin((await makeTenant()).id);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await closeConnections();
  await owner.end();
  await server.stop("immediate");
  rmSync(home, { recursive: true, force: true });
});

/** Everything that depends on the master key, by new connections: roles, data keys, signing keys, and that new things can be sealed. */
async function everythingWorks(): Promise<void> {
  await closeConnections();
  forgetKeyRing();
  await requireSameMasterKey(now());
  expect(await revealPluginSecret(actor.tenants, plugin.id, 1)).toBe(plugin.secret);
  expect((await readLogIdentity())?.keys.at(-1)?.privateKey).not.toBeNull();
  const other = await makePlugin((await makeTenant()).id);
  expect(await revealPluginSecret(actor.tenants, other.id, 1)).toBe(other.secret);
}

test("a master key takes another's place: after every step, and after every crash, everything works", async () => {
  expect(environment().masterKey).toEqual(firstKey);
  const names = planRotation(actor, "yearly", now, 0).map(({ name }) => name);
  for (const last of names) {
    // Broken off behind this step, and begun anew each time.
    for (const { name, run } of planRotation(actor, "yearly", now, 0)) {
      await run();
      if (name === last) break;
    }
    await everythingWorks();
    if (last === "files") continue;
    expect(masterKeys()).toHaveLength(2);
    // A start in that very state, by the key of the environment and the files.
    await migrateDatabase(environment().databaseUrl, firstKey, path.resolve("drizzle"), masterKeys());
    await everythingWorks();
  }
  const [row] =
    await owner`select count(*)::int as times from audit_entries where command = 'installation.switch-master-key' and outcome = 'done'`;
  expect(row?.times).toBe(3);
  // The first key opens nothing any more.
  const secondKey = readFileSync(path.join(home, "secrets", "master-key"), "utf8").trim();
  expect(secondKey).not.toBe(firstKey.toString("base64"));
  await expect(migrateDatabase(environment().databaseUrl, firstKey, path.resolve("drizzle"))).rejects.toThrow(/MASTER_KEY is not/);
});

test("a tenant's data key is replaced: its secrets open as before, and the older key is gone", async () => {
  const before = await owner`select sealed from plugin_secrets where plugin_id = ${plugin.id}`;
  const done = await rotateDataKeys(actor, plugin.tenantId, "leak", now);
  expect(done).toMatchObject({ key_version: 2, resealed: 1 });
  expect(await owner`select sealed from plugin_secrets where plugin_id = ${plugin.id}`).not.toEqual(before);
  const keys = await owner`select version, length(sealed) > 0 as is_there from tenant_keys where tenant_id = ${plugin.tenantId} order by 1`;
  expect([...keys]).toEqual([
    { version: 1, is_there: false },
    { version: 2, is_there: true },
  ]);
  await everythingWorks();
});

test("every column that holds sealed secrets of tenants is known to the rotation", async () => {
  const columns = await owner<{ place: string }[]>`
    select table_name || '.' || column_name as place from information_schema.columns
    where table_schema = 'public' and data_type = 'bytea' and column_name like '%sealed%' order by 1`;
  // These are sealed by the master key itself, or by a key of their row that it seals.
  const byMaster = ["audit_identities.sealed", "audit_identities.sealed_key", "signing_keys.sealed_private", "tenant_keys.sealed"];
  const known = [...SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`), ...byMaster];
  expect(columns.map(({ place }) => place)).toEqual([...new Set(known)].sort());
});

const admin = personActor();
const pluginBeats = async (one: typeof plugin) => (await postBeat(requestOf(signed(one, beatBody(one))))).status;

/** What processes keep of senders is asked anew. */
const steadyClock = performance.now.bind(performance);
let passedMs = 0;
function passPowerCache(): void {
  passedMs += LIMITS.powerCacheMs;
  vi.spyOn(performance, "now").mockImplementation(() => steadyClock() + passedMs);
}

/** What a running module sends, as its status. */
async function moduleBeats(one: MadeService): Promise<number> {
  const given = { title: one.key, version: "1.2.0", namespace: "tiny", criticality: "standard", actions: {} } as const;
  const { manifest, digest } = defineModule({ ...given, key: one.key });
  const health = { status: "ok", checks: { whole: { ok: true } } };
  const of = { module_id: one.id, boot_id: randomUUID(), seq: 1, running_version: "1.2.0", manifest_digest: digest, manifest, health };
  const body = JSON.stringify({ type: "module.beat", timestamp: now().toISOString(), data: of });
  return (await postModuleBeat(signedModuleRequest(one, "/api/modules/beat", body))).status;
}

test("a lost master key: refused while it is there; then Center goes on, says what is lost, and its log stays whole", async () => {
  await sealAll();
  await vouch(copy, now());
  expect((await refusalOf(declareKeyLost(actor, "the safe burnt down", now))).message).toMatch(/not lost/);
  const [commandKey] = await read(actor.tenants, readCommandKeys);
  const service = await makeModuleService([plugin.tenantId]);
  expect([await pluginBeats(plugin), await moduleBeats(service)]).toEqual([200, 200]);

  // As a machine is found on which nobody holds the key: environment, files, and what this process remembers.
  await owner`update installation set value = ${"0".repeat(64)} where key = 'master_key_check'`;
  await owner`update tenant_keys set sealed = ${Buffer.alloc(61, 1)} where destroyed_at is null`;
  await owner`update signing_keys set sealed_private = ${Buffer.alloc(61, 1)}`;
  await expect(requireSameMasterKey(now())).rejects.toThrow(/MASTER_KEY is not/);

  const { lost } = await declareKeyLost(actor, "the safe burnt down", now);
  expect(lost.plugin_secrets).toBeGreaterThan(0);
  expect(lost.signing_keys.map(({ purpose }) => purpose).sort()).toEqual(["checkpoint", "command"]);
  await requireSameMasterKey(now());
  const [fresh, ...more] = await read(actor.tenants, readCommandKeys);
  expect(more).toEqual([]);
  expect(fresh?.keyid).not.toBe(commandKey?.keyid);
  const [valid] = await owner`select count(*)::int as secrets from plugin_secrets where valid_until is null or valid_until > now()`;
  expect(valid).toEqual({ secrets: 0 });
  // What was vouched for before is still judged by the key that vouched for it; what comes is vouched for by another.
  await sealAll();
  await vouch(copy, new Date(Date.now() + 60_000));
  expect(await verifyLog({ directory: copy })).toMatchObject({ ok: true, problem: null, uncovered: 0 });
  const other = await makePlugin((await makeTenant()).id);
  expect(await revealPluginSecret(actor.tenants, other.id, 1)).toBe(other.secret);
  const [entry] = await owner`select reason, after from audit_entries where command = 'installation.lose-master-key'`;
  expect(entry).toMatchObject({ reason: "the safe burnt down", after: { lost: { tenants: expect.any(Number) } } });

  // Whoever kept the older secret is refused; a rotation lets them in again, though what the lost key sealed lies there still.
  passPowerCache();
  expect([await pluginBeats(plugin), await moduleBeats(service)]).toEqual([401, 401]);
  const rotated = await runCommand(rotateSecret, { input: { pluginId: plugin.id }, actor: admin, now: now() });
  const secret = await revealPluginSecret(actor.tenants, plugin.id, rotated.secret_version);
  const made = await runCommand(rotateModuleSecret, { input: { module: service.key }, actor: admin, now: now() });
  const moduleSecret = await revealModuleSecret(service.id, made.secret_version);
  passPowerCache();
  expect([await pluginBeats({ ...plugin, secret }), await moduleBeats({ ...service, secret: moduleSecret })]).toEqual([200, 200]);
});
