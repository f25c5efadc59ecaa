import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { loadCommandKey } from "@/lib/access/sealing/signing-keys";
import { runCommand } from "@/lib/gateway/run-command";
import { read } from "@/lib/platform/scope";
import { personActor } from "@/test/actors";
import { makePlugin, makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { findPlugin } from "../plugins/plugin-directory";
import { revealPluginSecret } from "../plugins/plugin-secrets";
import { scopeFor, systemActor } from "../system-actor";
import { readTrust } from "../trust";
import { makeCommandKey } from "./make-command-key";
import { registerPlugin } from "./register-plugin";
import { registerTenant } from "./register-tenant";
import { revokePlugin } from "./revoke-plugin";
import { rotateSecret } from "./rotate-secret";

const actor = personActor();
const viewer = personActor(["viewer"]);
const makeAny = async () => makePlugin((await makeTenant()).id);
/** Whom the directory knows later than it keeps anything. */
const later = () => new Date(Date.now() + 60_000);

fiveCases({
  command: makeCommandKey,
  arrange: async () => ({ input: {}, actor: systemActor("access", "operate") }),
  winners: 2,
  forbidden: actor,
});
fiveCases({
  command: registerTenant,
  arrange: async () => ({ input: { slug: `shop-${randomUUID()}`, name: "Atlas" }, actor }),
  winners: 1,
  forbidden: viewer,
});
fiveCases({
  command: registerPlugin,
  arrange: async () => ({ input: { tenantId: (await makeTenant()).id, pluginKey: "demo-pay", version: "1.2.2" }, actor }),
  winners: 2,
  forbidden: viewer,
  works: async ({ id, tenant_id: tenantId }) => {
    const secret = await revealPluginSecret(actor.tenants, id, 1);
    expect(secret).toMatch(/^whsec_/);
    expect(await findPlugin(id, new Date())).toEqual({
      tenantId,
      pluginId: id,
      endedSecrets: [],
      pluginKey: "demo-pay",
      secrets: [secret],
      clientSpki: null,
    });
  },
});
fiveCases({
  command: rotateSecret,
  arrange: async () => ({ input: { pluginId: (await makeAny()).id }, actor }),
  winners: 2,
  forbidden: viewer,
  works: async ({ id }) => {
    const secrets = (await findPlugin(id, new Date()))?.secrets ?? [];
    expect([...secrets].sort()).toEqual(
      [await revealPluginSecret(actor.tenants, id, 1), await revealPluginSecret(actor.tenants, id, 2)].sort(),
    );
  },
});
fiveCases({
  command: revokePlugin,
  arrange: async () => ({ input: { pluginId: (await makeAny()).id, reason: "stolen" }, actor }),
  winners: 2,
  forbidden: viewer,
  works: async (result) => {
    expect(result.status).toBe("revoked");
    expect(await findPlugin(result.id, later())).toBeNull();
  },
});

describe("who registers what", () => {
  test("an operator of some tenants registers no plugin, their tenant_admin does", async () => {
    const tenant = await makeTenant();
    const input = { tenantId: tenant.id, pluginKey: "demo-pay", version: "1.2.2" };
    const register = (roles: Parameters<typeof personActor>[0]) =>
      runCommand(registerPlugin, { input, actor: personActor(roles, [tenant.id]), now: new Date() });
    expect((await refusalOf(register(["operator"]))).kind).toBe("forbidden");
    await expect(register(["tenant_admin"])).resolves.toMatchObject({ tenant_id: tenant.id, version: "1.2.2" });
  });

  test.each(["ftp://shop.test/health", "https://user:secret@shop.test/health", "javascript:alert(1)"])(
    "a plugin is not probed at %s",
    async (probeUrl) => {
      const input = { tenantId: (await makeTenant()).id, pluginKey: "demo-pay", version: "1.2.2", probeUrl };
      expect((await refusalOf(runCommand(registerPlugin, { input, actor, now: new Date() }))).kind).toBe("invalid");
    },
  );

  test("another tenant's plugin is as unknown as a random id", async () => {
    const plugin = await makeAny();
    const stranger = personActor(["tenant_admin"], [(await makeTenant()).id]);
    for (const pluginId of [plugin.id, randomUUID()]) {
      expect((await refusalOf(runCommand(rotateSecret, { input: { pluginId }, actor: stranger, now: new Date() }))).kind).toBe("not-found");
      expect((await refusalOf(runCommand(revokePlugin, { input: { pluginId }, actor: stranger, now: new Date() }))).kind).toBe("not-found");
    }
  });

  test("some tenants' operator registers no tenant", async () => {
    const some = personActor(["operator"], [(await makeTenant()).id]);
    const refusal = await refusalOf(runCommand(registerTenant, { input: { slug: "mine", name: "Mine" }, actor: some, now: new Date() }));
    expect(refusal.details.code).toBe("ERR_ALL_TENANTS_NEEDED");
  });

  test("a second rotation ends the oldest secret at once", async () => {
    const plugin = await makeAny();
    for (const _round of [1, 2]) await runCommand(rotateSecret, { input: { pluginId: plugin.id }, actor, now: new Date() });
    const known = await findPlugin(plugin.id, new Date());
    expect(known?.secrets).toHaveLength(2);
    expect(known?.secrets).not.toContain(plugin.secret);
  });
});

test("Center's command key is one, opens with the master key, and is what agents pin", async () => {
  const trust = await readTrust(new Date());
  const key = await read(scopeFor("operate"), loadCommandKey);
  expect(trust.keys.map(({ keyid }) => keyid)).toEqual([key?.keyid]);
  expect(trust).toMatchObject({ approver_keys: [], threshold: 2 });
});
