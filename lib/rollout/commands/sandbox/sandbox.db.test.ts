import { randomUUID } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { POST as postBeat } from "@/app/api/plugins/heartbeat/route";
import { registerSandboxPlugin } from "@/lib/access/commands/register-sandbox-plugin";
import { fleetQuery } from "@/lib/access/plugins/fleet-query";
import { revealPluginSecret } from "@/lib/access/plugins/plugin-secrets";
import { listFleet } from "@/lib/access/plugins/queries-fleet";
import { scopeFor } from "@/lib/access/system-actor";
import { readTrust } from "@/lib/access/trust";
import { runCommand } from "@/lib/gateway/run-command";
import { observeFindings } from "@/lib/incidents/commands/observe-findings";
import { readFleetInput } from "@/lib/incidents/commands/read-fleet";
import { observePlugin } from "@/lib/incidents/jobs/observe-plugin";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { SANDBOX_TENANT } from "@/lib/kernel/sandbox-tenant";
import { read } from "@/lib/platform/scope";
import { readFleet } from "@/lib/policy/permit/queries-permit";
import { fleetBeats } from "@/lib/runbooks/commands/checks-of-center";
import { makeArchive } from "@/plugin-client/js/testing/make-archive";
import { personActor } from "@/test/actors";
import { openAs } from "@/test/database/open-as";
import { beatBody, requestOf, signed } from "@/test/database/signed-beat";
import { asGateway, makeIncident, makePlugin, makeTenant } from "@/test/factories";
import { FakeAgent } from "@/test/fake-agent";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { setPolicy } from "@/test/loop/make-shop";
import { loadRollout } from "../../jobs/waves/load-rollout";
import { orderSandbox } from "./order-sandbox";

const superuser = openAs("superuser");
afterAll(() => superuser.end());
const actor = personActor();
const forbidden = personActor(["viewer"]);
const now = () => new Date();

const register = () => runCommand(registerSandboxPlugin, { input: {}, actor, now: now() });
const order = (input: object, who = actor) => runCommand(orderSandbox, { input, actor: who, now: now() });
const bytes = new Uint8Array(
  makeArchive([
    { path: "plugin.json", content: JSON.stringify({ name: "tiny", version: "1.0.1", main: "server.mjs" }) },
    { path: "server.mjs", content: "export {};" },
  ]),
);

fiveCases({
  command: registerSandboxPlugin,
  arrange: async () => ({ input: { version: "2.0.0" }, actor }),
  winners: 2,
  forbidden,
  works: ({ tenant_id, plugin_key, version }) => {
    expect([tenant_id, plugin_key, version]).toEqual([SANDBOX_TENANT, expect.stringMatching(/^sandbox-[0-9a-f]{12}$/), "2.0.0"]);
  },
});
fiveCases({
  command: orderSandbox,
  arrange: async () => {
    await readTrust(now());
    return { input: { pluginId: (await register()).id, type: "ping" }, actor };
  },
  winners: 2,
  forbidden,
});

describe("a plugin of the sandbox", () => {
  async function author() {
    const plugin = await register();
    const secret = await revealPluginSecret(actor.tenants, plugin.id, plugin.secret_version);
    const agent = new FakeAgent({
      plugin: { id: plugin.id, tenantId: SANDBOX_TENANT, secret },
      trust: await readTrust(now()),
      version: "1.0.0",
      behaviours: { "1.0.0": { failShare: 1 } },
    });
    await agent.beat();
    const send = async (type: string, more: object = {}) => {
      const made = await order({ pluginId: plugin.id, type, ...more });
      await agent.beat();
      return made;
    };
    const statuses = async () =>
      (await superuser`select type, status from plugin_agent_commands where plugin_id = ${plugin.id} order by created_at`).map(
        (row) => `${row.type} ${row.status}`,
      );
    return { plugin, agent, send, statuses };
  }

  test("obeys every type of command, for each is signed as Center signs", async () => {
    const { agent, send, statuses } = await author();
    await send("ping");
    await send("update", { toVersion: "1.0.1", bytes });
    expect(agent.version).toBe("1.0.1");
    await send("commit");
    await send("config_update", { config: { colour: "green" } });
    await send("restart");
    await send("isolate");
    await send("rollback", { toVersion: "1.0.0" });
    expect([agent.version, agent.refused]).toEqual(["1.0.0", []]);
    expect(agent.obeyed.map(({ type }) => type)).toEqual(["ping", "update", "commit", "config_update", "restart", "isolate", "rollback"]);
    expect(await statuses()).toContain("update committed");
  });

  test("goes back by itself where no commit was ordered, or by an order that names what it takes back", async () => {
    const { agent, send } = await author();
    const update = await send("update", { toVersion: "1.0.1", bytes });
    expect(await send("rollback")).toMatchObject({ to_version: "1.0.0", ref: update.id });
    expect(agent.version).toBe("1.0.0");
  });

  test("is nobody's emergency, however sick it is", async () => {
    const { plugin, agent } = await author();
    for (let beat = 0; beat < 5; beat += 1) await agent.beat();
    expect(await observePlugin(SANDBOX_TENANT, plugin.id, now(), true)).toBe(0);
    const input = { tenantId: SANDBOX_TENANT, pluginId: plugin.id, findings: [], isFreshBeat: true, unproven: [], snapshot: {} };
    const system = { ...actor, kind: "system" as const, roles: [] };
    expect((await refusalOf(runCommand(observeFindings, { input, actor: system, now: now() }))).kind).toBe("conflict");
    expect(await superuser`select 1 from plugin_incidents where tenant_id = ${SANDBOX_TENANT}`).toEqual([]);
    expect(await superuser`select 1 from plugin_autopatch_attempts where tenant_id = ${SANDBOX_TENANT}`).toEqual([]);
  });
});

test("a merchant's plugin is none of the sandbox: no order by hand reaches it", async () => {
  const merchant = await makePlugin((await makeTenant()).id);
  expect((await refusalOf(order({ pluginId: merchant.id, type: "ping" }))).kind).toBe("not-found");
  const admin = personActor(["tenant_admin"], [SANDBOX_TENANT]);
  const { id } = await register();
  expect((await refusalOf(order({ pluginId: id, type: "ping" }, admin))).details.code).toBe("ERR_ALL_TENANTS_NEEDED");
});

test.each([
  ["an update without a package", { type: "update", toVersion: "1.0.1" }, "invalid"],
  ["an update with a broken package", { type: "update", toVersion: "1.0.1", bytes: new Uint8Array([1, 2, 3]) }, "invalid"],
  ["an update to nowhere", { type: "update", bytes }, "invalid"],
  ["a configuration under another type", { type: "restart", config: {} }, "invalid"],
  ["a commit of nothing", { type: "commit" }, "conflict"],
  ["a rollback to nowhere", { type: "rollback" }, "invalid"],
])("%s is refused", async (_what, input, kind) => {
  expect((await refusalOf(order({ pluginId: (await register()).id, ...input }))).kind).toBe(kind);
});

/** Every figure that is a share or a size of the fleet, as those who depend on it read it. */
async function figures(rolloutId: string) {
  const subject = { tenantId: SANDBOX_TENANT, pluginId: SANDBOX_TENANT };
  const about = {
    ...subject,
    pluginId: null,
    pluginKey: null,
    moduleKey: null,
    incidentType: null,
    isEverywhere: true,
    parameters: {},
    now: now(),
  };
  return {
    fleet: await read(scopeFor("operate"), (tx) => readFleet(tx, subject)),
    blockers: (await read(scopeFor("operate"), (tx) => loadRollout(tx, rolloutId, now())))?.blockers,
    kin: (await read(scopeFor("scan"), (tx) => readFleetInput(tx, now())))?.kin.map(({ pluginKey, plugins }) => `${pluginKey} ${plugins}`),
    beats: (await asGateway((tx) => fleetBeats(tx, about))).facts,
    counts: (await listFleet(actor.tenants, fleetQuery.parse({}), now())).counts,
  };
}

test("what authors try out dilutes no figure of the fleet: six of ten shops sick are a storm however full the sandbox is", async () => {
  await setPolicy({ storm_share: 0.5 });
  await superuser`update plugins set status = 'revoked' where tenant_id <> ${SANDBOX_TENANT}`;
  for (let shop = 0; shop < 10; shop += 1) {
    const plugin = await makePlugin((await makeTenant()).id);
    await postBeat(requestOf(signed(plugin, beatBody(plugin))));
    if (shop < 6) await makeIncident(plugin, { noticedAt: now() });
  }
  for (let count = 0; count < 100; count += 1) await register();
  const rolloutId = randomUUID();
  await superuser.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`insert into rollouts (tenant_id, id, release_id, plugin_key, version, state, wave, rules, rehearsals, waits_for, reason, started_by,
      started_at, updated_at) values (${PLATFORM_TENANT}, ${rolloutId}, ${randomUUID()}, 'demo-pay', '1.2.3', 'running', 0, '[]', '{}', '[]', 'test',
      'test', now(), now())`;
  });
  expect(await figures(rolloutId)).toMatchObject({
    fleet: { total: 10, unhealthy: 6 },
    blockers: expect.arrayContaining(["storm"]),
    kin: ["demo-pay 10"],
    beats: { active: 10, heard: 10, silent: 0 },
    counts: { total: 10, online: 10, sick: 6 },
  });
});
