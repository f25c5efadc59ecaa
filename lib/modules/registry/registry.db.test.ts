import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { POST as rotateRoute } from "@/app/api/ops/(modules)/modules/[key]/rotate-secret/route";
import { GET as listRoute, POST as registerRoute } from "@/app/api/ops/(modules)/modules/route";
import { findModule, findModuleByToken } from "@/lib/access/modules/module-directory";
import { ingestTokenDigest, makeIngestToken } from "@/lib/access/modules/module-secrets";
import { readModuleListing } from "@/lib/access/modules/queries-modules";
import { scopeFor } from "@/lib/access/system-actor";
import { ensureCommandKey } from "@/lib/access/trust";
import { runCommand } from "@/lib/gateway/run-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { orderModule } from "@/lib/modules/channel/commands/order-module";
import { personActor } from "@/test/actors";
import { openAs } from "@/test/database/open-as";
import { makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { opsRequest } from "@/test/identity/bearer";
import { makeModuleService } from "@/test/module-service";
import { makeModuleToken } from "./commands/make-module-token";
import { registerModule } from "./commands/register-module";
import { revokeModule } from "./commands/revoke-module";
import { rotateModuleSecret } from "./commands/rotate-module-secret";
import { setEntitlements } from "./commands/set-entitlements";
import { listModules, showModule } from "./queries-modules";

const actor = personActor();
const viewer = personActor(["viewer"]);
const word = () => `m-${randomUUID().slice(0, 8)}`;
beforeAll(() => ensureCommandKey(new Date()));
const later = () => new Date(Date.now() + 60_000);

fiveCases({
  command: registerModule,
  arrange: async () => ({ input: { moduleKey: word(), title: "Search" }, actor }),
  winners: 1,
  forbidden: viewer,
});
fiveCases({
  command: rotateModuleSecret,
  arrange: async () => ({ input: { module: (await makeModuleService([])).key }, actor }),
  winners: 2,
  forbidden: viewer,
  works: async ({ id }) => expect((await findModule(id, new Date()))?.secrets).toHaveLength(2),
});
fiveCases({
  command: makeModuleToken,
  arrange: async () => ({ input: { module: (await makeModuleService([])).key, sha256: ingestTokenDigest(makeIngestToken()) }, actor }),
  winners: 1,
  forbidden: viewer,
  works: async (_result, { input }) => {
    const { module, sha256 } = input as { module: string; sha256: string };
    expect((await findModuleByToken(sha256, new Date()))?.moduleKey).toBe(module);
  },
});
fiveCases({
  command: revokeModule,
  arrange: async () => ({ input: { module: (await makeModuleService([])).key, reason: "gone" }, actor }),
  winners: 2,
  forbidden: viewer,
  works: async ({ id }) => expect(await findModule(id, later())).toBeNull(),
});
fiveCases({
  command: setEntitlements,
  arrange: async () => {
    const { key } = await makeModuleService([]);
    return { input: { tenantId: (await makeTenant()).id, modules: { [key]: true }, reason: "they bought it" }, actor };
  },
  winners: 2,
  forbidden: viewer,
});

describe("entitlements", () => {
  test("nobody is without the free core, and what nobody knows cannot be given", async () => {
    const { key } = await makeModuleService([], { criticality: "core" });
    const tenantId = (await makeTenant()).id;
    const give = (modules: Record<string, boolean>) =>
      runCommand(setEntitlements, { input: { tenantId, modules, reason: "a test" }, actor, now: new Date() });
    expect((await refusalOf(give({ [key]: false }))).kind).toBe("conflict");
    expect((await refusalOf(give({ [word()]: true }))).kind).toBe("not-found");
    const view = await showModule(actor.tenants, key, new Date());
    expect(view?.tenants.find(({ tenant_id: id }) => id === tenantId)?.is_entitled).toBe(true);
  });

  test("a module speaks for a tenant only while the tenant is entitled to it; a refusal gives nothing", async () => {
    const kept = (await makeTenant()).id;
    const [refused, given] = [(await makeTenant()).id, (await makeTenant()).id];
    const { key, id } = await makeModuleService([kept, given]);
    const say = (tenantId: string, isEntitled: boolean) =>
      runCommand(setEntitlements, { input: { tenantId, modules: { [key]: isEntitled }, reason: "a test" }, actor, now: new Date() });
    await say(refused, false);
    await say(given, false);
    const served = async () => (await readModuleListing(new Date(), (broken) => expect(broken).not.toBe(id))).services.get(id)?.tenants;
    expect(await served()).toEqual(new Set([kept]));
    await say(refused, true);
    expect(await served()).toEqual(new Set([kept, refused]));
  });

  test("somebody of one tenant manages no modules, and sees of each only their own tenant's view", async () => {
    const { key } = await makeModuleService([]);
    const [own, other] = [(await makeTenant()).id, (await makeTenant()).id];
    const local = personActor(["pay_admin", "tenant_admin"], [own]);
    const input = { tenantId: own, modules: { [key]: true }, reason: "mine" };
    expect((await refusalOf(runCommand(setEntitlements, { input, actor: local, now: new Date() }))).kind).toBe("forbidden");
    const view = await showModule(local.tenants, key, new Date());
    expect(view?.tenants.map(({ tenant_id: id }) => id)).toEqual([own]);
    expect(JSON.stringify(view)).not.toContain(other);
  });
});

test("a module that was never heard is unknown, which is not good; the worst stands first", async () => {
  await makeModuleService([]);
  const { items } = await listModules(scopeFor("operate"), new Date());
  expect(new Set(items.filter(({ status }) => status === "active").map(({ presence }) => presence))).toEqual(new Set(["unknown"]));
  expect(items.every(({ last_seen }) => last_seen === null)).toBe(true);
});

test("a secret is shown once: the same idempotency key again shows none", async () => {
  const key = word();
  const headers = { "idempotency-key": randomUUID() };
  const register = async () => registerRoute(await opsRequest("/api/ops/modules", { body: { module_key: key, title: "Search" }, headers }));
  expect((await register()).status).toBe(201);
  const again = await register();
  expect([again.status, (await again.text()).includes("whsec_")]).toEqual([409, false]);
  const params = Promise.resolve({ key });
  const rotate = async () => {
    const answer = await rotateRoute(await opsRequest(`/api/ops/modules/${key}/rotate-secret`, { body: {}, headers }), { params });
    return (await answer.json()).secret;
  };
  expect(await rotate()).not.toBe(await rotate());
});

test("what modules and people wrote about all tenants is for whoever may see all tenants", async () => {
  const own = (await makeTenant()).id;
  const service = await makeModuleService([own]);
  const give = (tenantId: string | null, reason: string) =>
    runCommand(orderModule, { input: { module: service.key, type: "ping", tenantId, reason }, actor, now: new Date() });
  await give(null, "word of the platform");
  await give(own, "word about one's own");
  const health = { status: "degraded", checks: { queue: { ok: false, detail: "of tenant Foo", count: 7 } } };
  const superuser = openAs("superuser");
  await superuser`insert into module_service_state (tenant_id, module_id, last_seen, boot_id, booted_at, seq, sent_at, running_version, health,
      queue, flags, modes, recent_ids, beats)
    values (${PLATFORM_TENANT}, ${service.id}, now(), ${randomUUID()}, now(), 1, now(), '1.0.0', ${superuser.json(health)}, '{}', '{}', '{}', '{}', 1)`;
  await superuser.end();
  const seenBy = async ({ tenants }: typeof actor) => [
    await showModule(tenants, service.key, new Date()),
    (await listModules(tenants, new Date())).items.find(({ id }) => id === service.id),
  ];
  const told = JSON.stringify(await seenBy(actor));
  for (const word of ["of tenant Foo", "word of the platform", "word about one's own", actor.id]) expect(told).toContain(word);
  const local = await seenBy(personActor(["viewer"], [own], "local@center.test"));
  expect(local).toMatchObject([{ failing: [{ id: "queue", detail: "" }], checks: [{ id: "queue", ok: false, detail: "" }] }, {}]);
  for (const word of ["Foo", "word of the platform"]) expect(JSON.stringify(local)).not.toContain(word);
  expect(JSON.stringify(local)).toContain("word about one's own");
});

test("registering answers secret and token this once, and both are believed", async () => {
  const key = word();
  const body = { module_key: key, title: "Search", criticality: "optional" };
  const answer = await registerRoute(await opsRequest("/api/ops/modules", { body }));
  expect(answer.status).toBe(201);
  const made = await answer.json();
  expect(made).toMatchObject({
    module_key: key,
    criticality: "optional",
    secret: expect.stringMatching(/^whsec_/),
    token: expect.stringMatching(/^mit_/),
  });
  expect(made.trust.keys.length).toBeGreaterThan(0);
  expect((await findModule(made.id, new Date()))?.secrets).toEqual([made.secret]);
  expect((await findModuleByToken(ingestTokenDigest(made.token) ?? "", new Date()))?.moduleId).toBe(made.id);
  const listed = await (await listRoute(await opsRequest("/api/ops/modules"))).text();
  expect(listed).toContain(key);
  expect(listed).not.toContain("whsec_");
});
