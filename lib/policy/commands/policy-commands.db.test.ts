import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { runCommand } from "@/lib/gateway/run-command";
import { personActor } from "@/test/actors";
import { makePlugin, makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { showPolicy, showSwitches } from "../queries";
import { changePolicy } from "./change-policy";
import { throwSwitch } from "./throw-switch";

const actor = personActor();
const viewer = personActor(["viewer"]);
const change = (changes: object, more: object = {}, who = actor) =>
  runCommand(changePolicy, { input: { changes, ...more }, actor: who, now: new Date() });
const flip = (input: object, who = actor) => runCommand(throwSwitch, { input, actor: who, now: new Date() });

describe("policy", () => {
  fiveCases({
    command: changePolicy,
    arrange: async () => {
      const policy = await showPolicy(actor.tenants);
      return { input: { changes: { confidence_threshold: 0.9 }, version: policy?.version, reason: "be surer" }, actor };
    },
    winners: 1,
    forbidden: viewer,
    works: (result) => expect(result).toMatchObject({ confidence_threshold: 0.9, updated_by: actor.id }),
  });

  test("only what is named changes, and the version grows", async () => {
    const before = await showPolicy(actor.tenants);
    const after = await change({ health_check_seconds: 60 });
    expect(after).toEqual({
      ...before,
      health_check_seconds: 60,
      version: (before?.version ?? 0) + 1,
      updated_at: expect.any(String),
      updated_by: actor.id,
    });
  });

  test("who acts for some tenants does not change what holds for all", async () => {
    const some = personActor(["pay_admin"], [(await makeTenant()).id]);
    expect((await refusalOf(change({ staging_required: false }, {}, some))).details.code).toBe("ERR_ALL_TENANTS_NEEDED");
  });

  test.each([{ windows: [{ from: 0, to: 25 }] }, { whitelist: ["'; --"] }, { confidence_threshold: 2 }, { level: 3 }, {}])(
    "%j is invalid",
    async (changes) => {
      expect((await refusalOf(change(changes))).kind).toBe("invalid");
    },
  );
});

describe("switches", () => {
  fiveCases({
    command: throwSwitch,
    arrange: async () => ({
      input: { name: "safe_mode", scope: "tenant", tenantId: (await makeTenant()).id, on: true, reason: "odd figures" },
      actor,
    }),
    winners: 2,
    forbidden: viewer,
    works: (result) => expect(result).toMatchObject({ name: "safe_mode", scope: "tenant", on: true }),
  });

  test("a plugin's switch lies with its tenant and says where it comes from", async () => {
    const plugin = await makePlugin((await makeTenant()).id);
    await flip({ name: "kill_switch", scope: "plugin", targetId: plugin.id, on: true, reason: "flapping" });
    const { items } = await showSwitches({ kind: "set", ids: [plugin.tenantId] });
    expect(items).toMatchObject([
      { tenant_id: plugin.tenantId, target_id: plugin.id, on: true, effective: { kill_switch: true, safe_mode: false } },
    ]);
  });

  test("a tenant sees the platform's switches and no other tenant's", async () => {
    const [own, other] = [await makeTenant(), await makeTenant()];
    await flip({ name: "safe_mode", scope: "tenant", tenantId: other.id, on: true, reason: "theirs" });
    await flip({ name: "auto_heal_off_perf", scope: "global", on: true, reason: "everybody's" });
    const { items, effective } = await showSwitches({ kind: "set", ids: [own.id] });
    expect(items.map(({ name, tenant_id }) => [name, tenant_id])).toEqual([["auto_heal_off_perf", null]]);
    expect(effective).toMatchObject({ safe_mode: false, auto_heal_off: ["PERF"] });
  });

  test("who acts for some tenants throws theirs, not another's and not everybody's", async () => {
    const [own, other] = [await makeTenant(), await makeTenant()];
    const some = personActor(["operator"], [own.id]);
    const input = { name: "safe_mode", on: true, reason: "odd" };
    await expect(flip({ ...input, scope: "tenant", tenantId: own.id }, some)).resolves.toMatchObject({ on: true });
    for (const tenantId of [other.id, randomUUID()])
      expect((await refusalOf(flip({ ...input, scope: "tenant", tenantId }, some))).kind).toBe("not-found");
    expect((await refusalOf(flip({ ...input, scope: "global" }, some))).details.code).toBe("ERR_ALL_TENANTS_NEEDED");
  });

  test("the kill switch is the policy's own row; one person turns it on, nobody alone turns it off", async () => {
    const on = { name: "kill_switch", scope: "global", on: true, reason: "storm" };
    await flip(on);
    const killed = await showPolicy(actor.tenants);
    expect(killed?.autopatch_enabled).toBe(false);
    await flip(on);
    expect((await showPolicy(actor.tenants))?.version).toBe(killed?.version);
    expect((await showSwitches(actor.tenants)).effective).toMatchObject({
      kill_switch: true,
      from: [{ name: "kill_switch", scope: "policy" }, expect.anything()],
    });

    expect((await showSwitches(actor.tenants)).kill_switch).toMatchObject({ on: true, reason: "storm", set_by: actor.id });
    for (const asked of [await flip({ ...on, on: false }), await change({ autopatch_enabled: true }, { reason: "over" })]) {
      expect(asked).toMatchObject({ request_id: expect.any(String), approvals: { required: 1, given: 0 } });
    }
    expect((await showPolicy(actor.tenants))?.autopatch_enabled).toBe(false);
  });
});
