import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { defineModule } from "./define-module.mjs";
import { startModuleAgent } from "./start-module-agent.mjs";
import { ModuleCenter } from "./testing/module-center";
import { MODULE_ID, makeKey, TENANT } from "./testing/module-order";
import type { AgentOptions, ModuleAgent, ModuleDeclaration } from "./types.d.mts";

let center: ModuleCenter;
let centerUrl: string;
let dir: string;
let agents: ModuleAgent[] = [];

beforeEach(async () => {
  center = new ModuleCenter();
  centerUrl = await center.open();
  dir = mkdtempSync(join(tmpdir(), "module-agent-"));
});
afterEach(async () => {
  for (const agent of agents) await agent.stop();
  agents = [];
  await center.close();
  rmSync(dir, { recursive: true, force: true });
});

const tiny: ModuleDeclaration = {
  key: "tiny",
  title: "Tiny",
  version: "1.0.0",
  namespace: "tiny",
  criticality: "standard",
  flags: { previews: { default: true }, reading: { default: true, critical: true } },
  quotas: { uses: { limit: 2, windowSeconds: 60 } },
};

function start(declaration: Partial<ModuleDeclaration> = {}, options: Partial<AgentOptions> = {}): ModuleAgent {
  const definition = defineModule({ ...tiny, ...declaration });
  const agent = startModuleAgent({
    centerUrl,
    moduleId: MODULE_ID,
    secret: center.secret,
    pinnedKeys: [center.key.pinned],
    definition,
    dir,
    beatSeconds: 1,
    knowsTenant: (tenantId) => tenantId === TENANT,
    ...options,
  });
  agents.push(agent);
  return agent;
}

test("it beats with its health, sends its manifest once, and again when Center asks for it", async () => {
  const invariants = [{ id: "whole", level: 1 as const, check: () => ({ ok: false, detail: "3 rows lost", count: 3 }) }];
  await start({ invariants }).ready;
  await center.until(() => center.beats.length >= 2, "two beats");
  const [first, second] = center.beats;
  expect(first).toMatchObject({ module_id: MODULE_ID, seq: 1, running_version: "1.0.0", health: { status: "degraded" } });
  expect(first.health.checks.whole).toEqual({ ok: false, detail: "3 rows lost", count: 3 });
  expect(first.manifest.key).toBe("tiny");
  expect(second).toMatchObject({ seq: 2, boot_id: first.boot_id });
  expect(second.manifest).toBeUndefined();
  center.isManifestWanted = true;
  await center.until(() => center.beats.slice(2).some(({ manifest }) => manifest !== undefined), "the manifest again");
});

test("a check that throws is a failed one, never an unknown good", async () => {
  const readHealth = () => {
    throw new Error("no disk");
  };
  await start({}, { readHealth }).ready;
  expect(center.beats[0].health).toEqual({ status: "down", checks: { own: { ok: false, detail: "no disk" } } });
});

test("it does what a signed order says, in its tenant's scope, once, and answers a repeated order from its journal", async () => {
  const done: unknown[] = [];
  const withTenant: AgentOptions["withTenant"] = (tenantId, fn) => {
    done.push(`scope ${tenantId}`);
    return fn();
  };
  start({ actions: { purge_cache: ({ params }) => done.push(params) && { purged: 1 } } }, { withTenant });
  const id = center.send({ tenant_id: TENANT, params: { part: "a" } });
  const envelope = center.waiting.get(id);
  await center.until(() => center.resultsOf(id).length === 1, "a result");
  expect(center.resultsOf(id)[0]).toMatchObject({ module_id: MODULE_ID, status: "done", result: { purged: 1 } });
  center.waiting.set(id, envelope!);
  await center.until(() => center.resultsOf(id).length === 2, "the same answer again");
  expect(center.resultsOf(id)[1]).toEqual(center.resultsOf(id)[0]);
  expect(done).toEqual([`scope ${TENANT}`, { part: "a" }]);
});

test("orders that may not be obeyed are refused by their reason or, unproven, ignored; nothing is done", async () => {
  const done: unknown[] = [];
  start({ actions: { purge_cache: () => done.push("done") } });
  const wrong = [
    { id: center.send({ module_id: TENANT }), reason: "wrong_module" },
    { id: center.send({ tenant_id: MODULE_ID }), reason: "wrong_tenant" },
    { id: center.send({ expires_at: new Date(0).toISOString() }), reason: "expired" },
    { id: center.send({ type: "restart" }), reason: "unknown_action" },
    { id: center.send({ type: "set_flag", params: { flag: "none", value: true } }), reason: "unknown_flag" },
    { id: center.send({ type: "snapshot_take" }), reason: "no_snapshot" },
    { id: center.send({ type: "repair_apply", params: { job: "x" } }), reason: "unknown_job" },
  ];
  const unproven = center.send({}, makeKey());
  for (const { id } of wrong) await center.until(() => center.resultsOf(id).length > 0, "a refusal");
  for (const { id, reason } of wrong) expect(center.resultsOf(id)[0]).toMatchObject({ status: "refused", detail: `refused:${reason}` });
  await center.until(() => center.beats.at(-1).ignored_commands > 0, "a beat that counts what was ignored");
  expect(center.resultsOf(unproven)).toEqual([]);
  expect(done).toEqual([]);
});

test("an order whose fence a newer one has passed comes too late", async () => {
  const done: string[] = [];
  start({ actions: { purge_cache: ({ commandId }) => done.push(commandId), rebuild_index: ({ commandId }) => done.push(commandId) } });
  const newer = center.send({ fence: 20 });
  await center.until(() => center.resultsOf(newer).length > 0, "the newer one's result");
  const older = center.send({ type: "rebuild_index", fence: 19 });
  await center.until(() => center.resultsOf(older).length > 0, "the older one's refusal");
  expect(center.resultsOf(older)[0].detail).toBe("refused:stale_fence");
  expect(done).toEqual([newer]);
});

test("a module that is degraded turns off what is not critical, for one tenant or for all, and remembers it over its death", async () => {
  const agent = start();
  const id = center.send({ type: "degrade", tenant_id: TENANT });
  await center.until(() => center.resultsOf(id).length > 0, "a result");
  const seen = (one: ModuleAgent) => [
    one.mode(TENANT),
    one.mode(),
    one.isEnabled("previews", TENANT),
    one.isEnabled("reading", TENANT),
    one.isEnabled("previews"),
  ];
  expect(seen(agent)).toEqual(["degraded", "normal", false, true, true]);
  await agent.stop();
  agents = [];
  const next = start();
  expect(seen(next)).toEqual(["degraded", "normal", false, true, true]);
  const back = center.send({ type: "undegrade" });
  await center.until(() => center.resultsOf(back).length > 0, "a result");
  expect(seen(next)).toEqual(["normal", "normal", true, true, true]);
});

test("limits that are tightened grant a tenant half of its allowance, and all of it once they are restored", async () => {
  const actions = { tighten_limits: () => null, restore_limits: () => null };
  const quotas = { uses: { limit: 4, windowSeconds: 600 } };
  const agent = start({ actions, quotas });
  const other = "0190a000-0000-7000-8000-0000000000ff";
  const granted = (tenantId: string) => [1, 2, 3, 4, 5].filter(() => agent.takeQuota("uses", tenantId)).length;
  const id = center.send({ type: "tighten_limits", tenant_id: TENANT });
  await center.until(() => center.resultsOf(id).length > 0, "a result");
  expect(center.resultsOf(id)[0]).toMatchObject({ status: "done", result: { share: 0.5 } });
  expect([granted(TENANT), granted(other)]).toEqual([2, 4]);
  const back = center.send({ type: "restore_limits", tenant_id: TENANT });
  await center.until(() => center.resultsOf(back).length > 0, "a result");
  expect(granted(TENANT)).toBe(2);
});

test("the core is never degraded, whoever orders it", async () => {
  const agent = start({ criticality: "core" });
  const id = center.send({ type: "degrade" });
  await center.until(() => center.resultsOf(id).length > 0, "a refusal");
  expect(center.resultsOf(id)[0].detail).toBe("refused:core_is_never_degraded");
  expect(agent.mode()).toBe("normal");
});

test("entitlements: a paid module is closed until Center says otherwise, and closed again a day after Center was heard last", async () => {
  let now = Date.now();
  center.entitlements = { digest: "two", tenants: { [TENANT]: ["tiny"] } };
  const agent = start({}, { now: () => now });
  expect(agent.isEntitled(TENANT)).toBe(false);
  await agent.ready;
  expect([agent.isEntitled(TENANT), agent.isEntitled(MODULE_ID)]).toEqual([true, false]);
  await agent.stop();
  agents = [];
  center.disturb = () => 503;
  const alone = start({}, { now: () => now });
  now += 23 * 3_600_000;
  expect(alone.isEntitled(TENANT)).toBe(true);
  now += 2 * 3_600_000;
  expect(alone.isEntitled(TENANT)).toBe(false);
});

test("entitlements: the free core is open, whatever Center says or does not", () => {
  center.disturb = () => 503;
  const agent = start({ criticality: "core" });
  expect(agent.isEntitled(TENANT)).toBe(true);
});

test("a governed write needs a reason, an entitlement and a module that is on, and runs where the platform's guard is open", async () => {
  const writes: unknown[] = [];
  const openWrite: AgentOptions["openWrite"] = (write, fn) => {
    writes.push(write);
    return fn("tx" as never);
  };
  const agent = start({ criticality: "core" }, { openWrite });
  expect(await agent.governedWrite(TENANT, "a price was wrong", async (tx) => `wrote by ${tx}`)).toBe("wrote by tx");
  expect(writes).toEqual([
    expect.objectContaining({ tenantId: TENANT, reason: "a price was wrong", moduleKey: "tiny", namespace: "tiny" }),
  ]);
  await expect(agent.governedWrite(TENANT, " ", async () => 0)).rejects.toMatchObject({ code: "ERR_REASON_NEEDED" });
  const paid = start({ criticality: "optional" }, { openWrite, dir: join(dir, "paid") });
  await expect(paid.governedWrite(TENANT, "no right to", async () => 0)).rejects.toMatchObject({ code: "ERR_NOT_ENTITLED" });
  expect(writes).toHaveLength(1);
});

test("signals: records, measures and spent allowances arrive once, also when Center's answer was lost", async () => {
  const agent = start();
  await agent.ready;
  agent.log("ERR_INDEX_INCOMPLETE", "error", "3 documents are not in the index", { tenantId: TENANT, traceId: "f".repeat(32) });
  agent.measure.request({ tenantId: TENANT, surface: "tenant", ms: 12.5, ok: true });
  expect([1, 2, 3].map(() => agent.takeQuota("uses", TENANT))).toEqual([true, true, false]);
  const seen: string[] = [];
  center.disturb = ({ path, id }) => (path === "/api/modules/signals" && seen.push(id) === 1 ? 503 : null);
  await agent.flush();
  await center.until(() => seen.length === 1, "the first try");
  await agent.stop();
  agents = [];
  const records = center.signals.filter(({ kind }) => kind !== "metric");
  expect(records.map(({ code, level, class: kind, tenant_id, module_id }) => [code, level, kind, tenant_id, module_id])).toEqual([
    ["ERR_INDEX_INCOMPLETE", "error", "DATA", TENANT, "tiny"],
    ["WARN_QUOTA_EXCEEDED", "warn", "PERF", TENANT, "tiny"],
  ]);
  expect(seen).toHaveLength(2);
  expect(new Set(seen).size).toBe(1);
});

function life(die: boolean): ChildProcess {
  const options = { centerUrl, moduleId: MODULE_ID, secret: center.secret, pinnedKeys: [center.key.pinned], dir, beatSeconds: 1, die };
  return spawn(process.execPath, [join(import.meta.dirname, "testing/tiny-module.mjs"), JSON.stringify(options)], { stdio: "ignore" });
}
const purges = () => readFileSync(join(dir, "purged.txt"), "utf8").trim().split("\n");

test("kill -9 between doing and answering: the next life does it again to the same end, and answers once", async () => {
  const id = center.send();
  const first = life(true);
  await once(first, "exit");
  expect(center.resultsOf(id)).toEqual([]);
  const second = life(true);
  await center.until(() => center.resultsOf(id).length > 0, "the answer of the next life");
  expect(center.resultsOf(id)).toEqual([expect.objectContaining({ status: "done", result: { purged: true } })]);
  expect(purges()).toEqual([id, id]);
  second.kill("SIGKILL");
  await once(second, "exit");
});

test("kill -9 once the answer is kept and before Center has it: the next life answers and does nothing again", async () => {
  const id = center.send();
  const first = life(false);
  center.disturb = ({ path }) => {
    if (!path.endsWith("/result")) return null;
    first.kill("SIGKILL");
    return 503;
  };
  await once(first, "exit");
  center.disturb = () => null;
  const second = life(false);
  await center.until(() => center.resultsOf(id).length > 0, "the kept answer");
  expect(purges()).toEqual([id]);
  second.kill("SIGKILL");
  await once(second, "exit");
});
