import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { POST as beatRoute } from "@/app/api/modules/beat/route";
import { POST as resultRoute } from "@/app/api/modules/commands/[id]/result/route";
import { POST as orderRoute } from "@/app/api/ops/(modules)/modules/[key]/actions/route";
import { systemActor } from "@/lib/access/system-actor";
import { ensureCommandKey, readTrust } from "@/lib/access/trust";
import { runCommand } from "@/lib/gateway/run-command";
import { setEntitlements } from "@/lib/modules/registry/commands/set-entitlements";
import { showModule } from "@/lib/modules/registry/queries-modules";
import { verifyModuleCommand } from "@/module-client/js/channel/verify-module-command.mjs";
import { defineModule } from "@/module-client/js/define-module.mjs";
import { personActor } from "@/test/actors";
import { openAs } from "@/test/database/open-as";
import { makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { opsRequest } from "@/test/identity/bearer";
import { type MadeService, makeModuleService, signedModuleRequest } from "@/test/module-service";
import { orderModule } from "./commands/order-module";

const superuser = openAs("superuser");
const person = personActor();
const system = systemActor("heal", "operate");
let tenantId: string;
beforeAll(async () => {
  await ensureCommandKey(new Date());
  tenantId = (await makeTenant()).id;
});
afterEach(async () => {
  await superuser`update ops_policy set autopatch_enabled = true`;
  await superuser`delete from safety_switches`;
});
afterAll(() => superuser.end());

const job = { dryRun: () => null, apply: () => null, rollback: () => null };
const manifestOf = (key: string, criticality: "core" | "standard" = "standard") =>
  defineModule({
    ...{ key, title: key, version: "1.2.0", namespace: "tiny", criticality },
    actions: { restart: () => null, rollback_release: () => null },
    repairJobs: [
      { key: "ledger", version: 1, level: 3, ...job },
      { key: "cache", version: 1, level: 2, ...job },
    ],
    snapshot: { take: () => null, restore: () => null },
  });

/** A service whose manifest Center knows, as after its first beat. */
async function knownService(tenantIds: readonly string[]): Promise<MadeService> {
  const key = `module-${randomUUID().slice(0, 8)}`;
  const { manifest, digest } = manifestOf(key);
  return makeModuleService(tenantIds, { moduleKey: key, manifest: { ...manifest }, manifestDigest: digest });
}

let seq = 0;
const bootId = randomUUID();
function beatBody(service: MadeService, more: Record<string, unknown> = {}) {
  seq += 1;
  const { manifest, digest } = manifestOf(service.key);
  const health = { status: "ok", checks: { whole: { ok: true } } };
  const data = {
    module_id: service.id,
    boot_id: bootId,
    seq,
    running_version: "1.2.0",
    manifest_digest: digest,
    manifest,
    health,
    ...more,
  };
  return JSON.stringify({ type: "module.beat", timestamp: new Date().toISOString(), data });
}
async function beat(service: MadeService, more: Record<string, unknown> = {}, sent: Parameters<typeof signedModuleRequest>[3] = {}) {
  const answer = await beatRoute(signedModuleRequest(service, "/api/modules/beat", beatBody(service, more), sent));
  return { status: answer.status, body: await answer.json() };
}
async function tell(service: MadeService, commandId: string, more: Record<string, unknown> = {}, at = commandId) {
  const data = { module_id: service.id, command_id: commandId, status: "done", detail: "", result: { ok: 1 }, timings_ms: {}, ...more };
  const body = JSON.stringify({ type: "module.command.result", timestamp: new Date().toISOString(), data });
  const answer = await resultRoute(signedModuleRequest(service, `/api/modules/commands/${at}/result`, body), {
    params: Promise.resolve({ id: at }),
  });
  return { status: answer.status, body: await answer.json() };
}
const give = (service: MadeService, more: Record<string, unknown> = {}, actor = person) =>
  runCommand(orderModule, { input: { module: service.key, type: "restart", reason: "it hangs", ...more }, actor, now: new Date() });
const codeOf = async (work: Promise<unknown>) => (await refusalOf(work)).details.code;

fiveCases({
  command: orderModule,
  arrange: async () => ({
    input: { module: (await knownService([tenantId])).key, type: "restart", tenantId, reason: "it hangs" },
    actor: person,
  }),
  winners: 1,
  forbidden: personActor(["viewer"]),
});

describe("beats", () => {
  test("a beat is kept with its manifest, and answers what the module is entitled to, once", async () => {
    const service = await makeModuleService([tenantId]);
    const input = { tenantId, modules: { [service.key]: true }, reason: "they bought it" };
    await runCommand(setEntitlements, { input, actor: person, now: new Date() });
    const first = await beat(service);
    expect(first).toMatchObject({
      status: 200,
      body: { duplicate: false, commands: [], entitlements: { tenants: { [tenantId]: [service.key] } } },
    });
    const again = await beat(service, { entitlements_digest: first.body.entitlements.digest });
    expect(again.body.entitlements).toEqual({ digest: first.body.entitlements.digest });
    const view = await showModule(person.tenants, service.key, new Date());
    expect(view).toMatchObject({ presence: "ok", version: "1.2.0", manifest: { key: service.key }, checks: [{ id: "whole", ok: true }] });
  });

  test("the same message again has no effect; an older word never overwrites a newer one", async () => {
    const service = await makeModuleService([tenantId]);
    const body = beatBody(service);
    const send = () => beatRoute(signedModuleRequest(service, "/api/modules/beat", body, { id: "msg_same" }));
    expect((await (await send()).json()).duplicate).toBe(false);
    expect((await (await send()).json()).duplicate).toBe(true);
    const old = JSON.parse(beatBody(service, { running_version: "0.9.0" }));
    old.timestamp = new Date(Date.now() - 60_000).toISOString();
    old.data.seq = 0;
    await beatRoute(signedModuleRequest(service, "/api/modules/beat", JSON.stringify(old)));
    expect((await showModule(person.tenants, service.key, new Date()))?.running_version).toBe("1.2.0");
  });

  test("a manifest is asked for when it is not known, and none makes a module another one", async () => {
    const service = await makeModuleService([tenantId]);
    expect((await beat(service, { manifest: undefined })).body.manifest_wanted).toBe(true);
    const core = manifestOf(service.key, "core");
    await beat(service, { manifest: core.manifest, manifest_digest: core.digest });
    expect((await showModule(person.tenants, service.key, new Date()))?.manifest).toBeNull();
    expect((await beat(service)).body.manifest_wanted).toBe(false);
  });

  test.each([
    ["another module's signature", async (service: MadeService) => beat({ ...service, secret: (await makeModuleService([])).secret }), 401],
    ["another module's id in the body", async (service: MadeService) => beat(service, { module_id: randomUUID() }), 401],
    ["a signature that is too old", async (service: MadeService) => beat(service, {}, { at: new Date(Date.now() - 301_000) }), 401],
    ["an unknown field", async (service: MadeService) => beat(service, { tenant_id: tenantId }), 422],
  ])("%s is refused", async (_what, send, status) => {
    expect((await send(await makeModuleService([tenantId]))).status).toBe(status);
  });
});

describe("orders", () => {
  test("an order travels signed with the next beat until it is answered, in a form that the agent obeys", async () => {
    const service = await knownService([tenantId]);
    const { id } = await give(service, { tenantId, params: { part: "a" } });
    const first = (await beat(service)).body;
    expect(first.next_beat_in_s).toBe(5);
    const verdict = verifyModuleCommand(first.commands[0], {
      moduleId: service.id,
      moduleKey: service.key,
      keys: (await readTrust(new Date())).keys,
      now: Date.now(),
      highestFence: 0,
      knowsTenant: (one) => one === tenantId,
      seenDigest: () => null,
    });
    expect(verdict).toMatchObject({ outcome: "accepted", command: { id, type: "restart", tenantId, params: { part: "a" } } });
    expect((await beat(service)).body.commands).toHaveLength(1);
    expect(await tell(service, id)).toMatchObject({ status: 200, body: { status: "done", recorded: true } });
    expect((await beat(service)).body.commands).toEqual([]);
  });

  test("the same result again is answered alike; another after the end is a conflict; another module's order does not exist", async () => {
    const service = await knownService([tenantId]);
    const { id } = await give(service);
    expect((await tell(service, id)).status).toBe(409); // never handed out
    await beat(service);
    const first = await tell(service, id, { timings_ms: { execute: 5 } });
    expect(await tell(service, id, { timings_ms: { execute: 9 } })).toEqual(first);
    expect((await tell(service, id, { status: "failed", detail: "no" })).status).toBe(409);
    expect((await tell(await makeModuleService([tenantId]), id)).status).toBe(404);
    expect((await tell(service, id, {}, randomUUID())).status).toBe(401);
  });

  test("somebody of one tenant orders nothing: the module serves the others too", async () => {
    const service = await knownService([tenantId]);
    const local = personActor(["pay_admin"], [tenantId]);
    expect((await refusalOf(give(service, { tenantId }, local))).kind).toBe("forbidden");
  });

  test("fences rise with every order, also across tenants", async () => {
    const service = await knownService([tenantId]);
    const fences = [await give(service), await give(service, { tenantId }), await give(service, { type: "ping" })].map(
      ({ fence }) => fence,
    );
    expect(fences).toEqual(fences.toSorted((a, b) => a - b));
    expect(new Set(fences).size).toBe(3);
  });

  test("what a module never declared, level 3, and the free core degraded, are not ordered", async () => {
    const service = await knownService([tenantId]);
    await beat(service);
    for (const order of [{ type: "purge_cache" }, { type: "set_flag", params: { flag: "none", value: true } }]) {
      expect((await refusalOf(give(service, order))).kind).toBe("conflict");
    }
    const level3 = await refusalOf(give(service, { type: "repair_apply", params: { job: "ledger" } }, system));
    expect(level3.message).toContain("level 3");
    await give(service, { type: "repair_dry_run", params: { job: "ledger" } });
    const core = await makeModuleService([], { criticality: "core" });
    expect((await refusalOf(give(core, { type: "degrade" }))).kind).toBe("conflict");
  });

  test.each(["repair_apply", "repair_rollback", "snapshot_restore"])(
    "%s by hand goes through a repair run, whatever one may",
    async (type) => {
      const service = await knownService([tenantId]);
      const order = { type, params: type === "snapshot_restore" ? {} : { job: "cache" } };
      for (const roles of [["operator"], ["operator", "approver", "security_admin"]] as const) {
        const refusal = await refusalOf(give(service, order, personActor([...roles])));
        expect([refusal.kind, refusal.details.code]).toEqual(["conflict", "ERR_REPAIR_RUN_NEEDED"]);
      }
      expect((await give(service, order, system)).status).toBe("queued");
    },
  );

  test("of a module that never said what it declares, nothing is asked but whether it is there", async () => {
    const service = await makeModuleService([tenantId]);
    for (const type of ["restart", "undegrade", "repair_dry_run", "repair_apply", "set_flag", "snapshot_take"]) {
      expect(await codeOf(give(service, { type }, system))).toBe("ERR_MANIFEST_UNKNOWN");
    }
    await give(service, { type: "ping" });
  });

  test.each([
    ["plan_digest", `sha256:${"0".repeat(64)}`],
    ["ref", randomUUID()],
    ["category", "DATA"],
    ["asker", "person:somebody@center.test"],
  ])("a body says no %s: Center signs it only for what it planned itself", async (field, value) => {
    const service = await knownService([tenantId]);
    const send = async (body: Record<string, unknown>) =>
      orderRoute(await opsRequest(`/api/ops/modules/${service.key}/actions`, { body }), { params: Promise.resolve({ key: service.key }) });
    const order = { type: "restart", reason: "it hangs" };
    const refused = await send({ ...order, [field]: value });
    expect([refused.status, (await refused.json()).errors]).toEqual([422, [{ path: field, message: "unknown field" }]]);
    expect((await send(order)).status).toBe(201);
  });
  test("a mode that a module took on is its tenants' view from then on", async () => {
    const service = await knownService([tenantId]);
    const { id } = await give(service, { type: "degrade", tenantId, reason: "the queue is full" });
    await beat(service);
    await tell(service, id, { result: { mode: "degraded" } });
    const modeOf = async () =>
      (await showModule(person.tenants, service.key, new Date()))?.tenants.find((one) => one.tenant_id === tenantId);
    expect(await modeOf()).toMatchObject({ mode: "degraded", mode_reason: "the queue is full" });
    const back = await give(service, { type: "undegrade" });
    await beat(service);
    await tell(service, back.id);
    expect(await modeOf()).toMatchObject({ mode: "normal", mode_reason: null });
  });
  test("an order nobody fetched in time is over", async () => {
    const service = await knownService([tenantId]);
    const { id } = await give(service, { expiresInSeconds: 10 });
    await superuser`update module_commands set expires_at = now() - interval '1 second' where id = ${id}`;
    expect((await beat(service)).body.commands).toEqual([]);
    expect((await showModule(person.tenants, service.key, new Date()))?.orders[0]).toMatchObject({ id, status: "expired" });
  });
});
describe("switches", () => {
  const thrown = (scope: string, targetId: string | null, name = "safe_mode") =>
    superuser`insert into safety_switches (tenant_id, id, scope, target_id, name, is_on, reason, set_by, set_at)
      values (${scope === "tenant" ? tenantId : "00000000-0000-0000-0000-000000000000"}, ${randomUUID()}, ${scope}, ${targetId}, ${name}, true, 'test', 'test', now())`;
  test("the kill switch holds every order but what asks or takes back, at the order and again when it would go out", async () => {
    const service = await knownService([tenantId]);
    await give(service);
    await superuser`insert into module_commands select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(), 'fence', c.fence + n))).*
      from module_commands c, generate_series(1, 64) n where c.module_id = ${service.id}`;
    await superuser`update ops_policy set autopatch_enabled = false`;
    expect(await codeOf(give(service, { type: "undegrade" }))).toBe("ERR_KILL_SWITCH");
    expect((await beat(service)).body.commands).toEqual([]);
    await give(service, { type: "rollback_release" });
    expect((await beat(service)).body.commands).toHaveLength(1);
  });
  test.each(["global", "tenant", "module"])(
    "SAFE_MODE of scope %s holds what Center orders by itself, not what a person orders",
    async (scope) => {
      const service = await knownService([tenantId]);
      await thrown(scope, scope === "module" ? service.id : null);
      expect(await codeOf(give(service, { tenantId }, system))).toBe("ERR_SAFE_MODE");
      await give(service, { tenantId });
      // What takes a mode away again is Center's own to order too, and goes out.
      await give(service, { tenantId, type: "undegrade", category: "PERF" }, system);
      expect((await beat(service)).body.commands).toHaveLength(2);
      const other = await knownService([tenantId]);
      if (scope === "module") await give(other, { tenantId }, system);
    },
  );
  test("a category that is switched off holds only its own", async () => {
    const service = await knownService([tenantId]);
    await thrown("global", null, "auto_heal_off_perf");
    expect(await codeOf(give(service, { category: "PERF" }, system))).toBe("ERR_AUTO_HEAL_OFF");
    await give(service, { category: "DATA" }, system);
  });
});
