import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Actor } from "@/lib/access/types";
import type { EmergencyScope } from "@/lib/approvals/types";
import { runCommand } from "@/lib/gateway/run-command";
import { LIMITS } from "@/lib/platform/limits";
import { listEmergencies } from "@/lib/policy/emergency/queries-emergency";
import { personActor } from "@/test/actors";
import { openAs } from "@/test/database/open-as";
import { makeTenant } from "@/test/factories";
import { auditCount, fiveCases, refusalOf } from "@/test/five-cases";
import { makeShop, OPS, type Shop, type ShopOptions, setPolicy } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { asOwner, runWorker, withoutFaults } from "@/test/loop/worker";
import { followEmergencies } from "../../jobs/follow-emergencies";
import { emergencyRollback } from "./emergency-rollback";

stopTime();
const EASY = { staging_required: false };
beforeAll(() => setPolicy(EASY));
beforeEach(async () => {
  // What the last case stopped: the hand of fate lets the next one begin anew.
  await asOwner()`update ops_policy set autopatch_enabled = true where id = 1`;
});

const pull = (scope: EmergencyScope, actor: Actor = OPS) =>
  runCommand(emergencyRollback, { input: { scope, reason: "orders are lost" }, actor, now: new Date() });
const tenantOf = (shop: Shop) => ({ tenant_id: shop.tenantId });
const follow = () => withoutFaults(() => followEmergencies(new Date()));
const newest = async (id: string) => {
  const [item] = (await listEmergencies(OPS.tenants, [id])).items;
  return item ?? Promise.reject(new Error("the emergency has gone"));
};
/** Where one shop stands in the report. */
async function standing(id: string, shop: Shop) {
  const { stopped, in_flight, can_undo, cannot_undo } = await newest(id);
  return [...stopped, ...in_flight, ...can_undo, ...cannot_undo].find(({ plugin_id }) => plugin_id === shop.agent.id);
}
/** Beats with a worker that also follows emergencies, until the report says so. */
async function liveUntil(id: string, shop: Shop, state: string) {
  for (let beats = 0; beats < 12; beats += 1) {
    if ((await standing(id, shop))?.state === state) return;
    await follow();
    await shop.live(1);
  }
  expect(await standing(id, shop)).toMatchObject({ state });
}
async function healed(options?: ShopOptions): Promise<Shop> {
  const shop = await makeShop(options);
  await shop.until("healed", ({ attempts: [attempt] }) => attempt?.status === "success");
  return shop;
}
async function decided(shop: Shop): Promise<void> {
  await shop.agent.beat();
  const { decide } = await import("../../jobs/decide");
  const { systemClock } = await import("@/lib/platform/clock");
  await decide(shop.tenantId, (await shop.incident()).id, "decider", systemClock, true);
}

fiveCases({
  command: emergencyRollback,
  arrange: async () => ({ input: { scope: { tenant_id: (await makeTenant()).id }, reason: "orders are lost" }, actor: OPS }),
  winners: 2,
  forbidden: personActor(["viewer"]),
  works: (result) => expect(result).toMatchObject({ stopped: 0, called_back: 0, undo: 0 }),
});

describe("safety 5: at each step of an attempt", () => {
  test("queued: stopped, nothing is ever sent", async () => {
    const shop = await makeShop();
    await decided(shop);
    const { id } = await pull(tenantOf(shop));
    expect(await standing(id, shop)).toMatchObject({ kind: "stopped", state: "stopping" });
    await shop.live(2);
    expect(await standing(id, shop)).toMatchObject({ state: "stopped" });
    expect((await shop.records()).commands).toEqual([]);
  });

  test("sent and not fetched: withdrawn, and no beat receives it", async () => {
    const shop = await makeShop();
    await shop.live(1);
    const { id } = await pull(tenantOf(shop));
    passSeconds(15);
    expect((await shop.agent.beat()).commands).toEqual([]);
    await runWorker();
    expect(await standing(id, shop)).toMatchObject({ state: "stopped" });
    expect(shop.agent.received).toEqual([]);
  });

  test("fetched and silent, and applied: a signed rollback takes it back", async () => {
    const hanging = await makeShop({ behaviours: { "1.2.2": { failShare: 0.6 }, "1.2.3": { onUpdate: "hangs" } } });
    await hanging.live(2);
    const applied = await makeShop();
    await applied.until("applied", ({ attempts }) => attempts[0]?.phase === "probation");
    for (const shop of [hanging, applied]) {
      const { id } = await pull(tenantOf(shop));
      expect(await standing(id, shop)).toMatchObject({ kind: "called_back", state: "rolling_back" });
      await liveUntil(id, shop, "rolled_back");
      const { attempts, commands } = await shop.records();
      expect(attempts).toMatchObject([{ status: "rolled_back" }]);
      expect(commands.map(({ type }) => type)).toEqual(["update", "rollback"]);
      expect(shop.agent.version).toBe("1.2.2");
      expect(shop.agent.refused).toEqual([]);
    }
  });

  test("a commit that no beat has fetched is overtaken by the rollback", async () => {
    const shop = await makeShop();
    await shop.until("committing", ({ attempts }) => attempts[0]?.phase === "committing");
    const { id } = await pull(tenantOf(shop));
    await liveUntil(id, shop, "rolled_back");
    expect(shop.agent.version).toBe("1.2.2");
  });

  test("a commit that the agent has fetched is kept for a moment, and then undone as well", async () => {
    const shop = await makeShop();
    await shop.until("committing", ({ attempts }) => attempts[0]?.phase === "committing");
    passSeconds(15);
    await shop.agent.beat();
    const { id } = await pull(tenantOf(shop));
    await liveUntil(id, shop, "rolled_back");
    expect(shop.agent.version).toBe("1.2.2");
    const { attempts, plugin } = await shop.records();
    expect(attempts.at(-1)?.status).toMatch(/success|rolled_back/);
    expect(plugin.version).toBe("1.2.2");
  });
});

describe("what was kept lately goes back too", () => {
  test("by a signed rollback without reference to the version that the agent keeps", async () => {
    const shop = await healed();
    expect(shop.agent.version).toBe("1.2.3");
    const { id, undo } = await pull(tenantOf(shop));
    expect(undo).toBe(1);
    expect(await standing(id, shop)).toMatchObject({ kind: "undo", state: "queued", from_version: "1.2.2", to_version: "1.2.3" });
    await follow();
    expect(await standing(id, shop)).toMatchObject({ state: "rolling_back" });
    await liveUntil(id, shop, "rolled_back");
    expect(shop.agent.version).toBe("1.2.2");
    const { attempts, commands, plugin, plans, timeline } = await shop.records();
    expect(attempts.at(-1)).toMatchObject({ method: "rollback", status: "success", requestedBy: OPS.id, isAutomatic: false });
    expect(commands.at(-1)).toMatchObject({ type: "rollback", ref: null, status: "committed" });
    expect(plans.at(-1)?.document).toMatchObject({ type: "rollback", from_version: "1.2.3", to_version: "1.2.2" });
    expect(plugin).toMatchObject({ version: "1.2.2" });
    expect(timeline.map(({ summary }) => summary).join()).toContain("Emergency rollback by person:ops@center.test");
    expect(shop.agent.refused).toEqual([]);
  });

  test("safety 17: a repeat is a no-op, and the way back is begun once whatever follows", async () => {
    const shop = await healed();
    const { id } = await pull(tenantOf(shop));
    const [again] = [await pull(tenantOf(shop))];
    await Promise.all([follow(), follow()]);
    await follow();
    await liveUntil(id, shop, "rolled_back");
    const done = await shop.records();
    expect(done.attempts.filter(({ method }) => method === "rollback")).toHaveLength(1);
    const later = await pull(tenantOf(shop));
    expect(later).toMatchObject({ stopped: 0, called_back: 0, undo: 0, can_undo: 0, cannot_undo: 0 });
    await follow();
    await shop.live(2);
    expect((await shop.records()).attempts).toHaveLength(done.attempts.length);
    expect((await standing(again.id, shop))?.state).not.toBe("queued");
  });

  test("what was kept longer ago is named, and left to a person", async () => {
    const shop = await healed();
    passSeconds(LIMITS.emergencyUndoSeconds + 1);
    await shop.live(1);
    const { id } = await pull(tenantOf(shop));
    expect(await standing(id, shop)).toMatchObject({ kind: "can_undo", state: "can_undo" });
    await follow();
    expect((await shop.records()).attempts).toHaveLength(1);
  });

  test("an agent that cannot roll back is named as what cannot be undone", async () => {
    const shop = await healed({ capabilities: ["update", "rollback"] });
    await asOwner()`update plugin_state set capabilities = '{update}' where plugin_id = ${shop.agent.id}`;
    const { id } = await pull(tenantOf(shop));
    expect(await standing(id, shop)).toMatchObject({ state: "cannot_undo", why: "its agent cannot roll back" });
  });
});

describe("scopes", () => {
  test("one merchant: its kill switch is on, and the others go on", async () => {
    const [own, other] = [await makeShop(), await makeShop()];
    await own.live(1);
    await pull(tenantOf(own));
    expect((await own.records()).switches).toMatchObject([{ name: "kill_switch", scope: "tenant", isOn: true, reason: "orders are lost" }]);
    await other.until("healed", ({ attempts: [attempt] }) => attempt?.status === "success");
  });

  test("one plugin in one version: only who has it goes back, and it comes to nobody else", async () => {
    const pluginKey = "pay-recalled";
    const bad = await healed({ pluginKey });
    const fine = await makeShop({ pluginKey, version: "1.2.2", releases: {}, behaviours: { "1.2.2": { failShare: 0.6 }, "1.2.3": {} } });
    const { id } = await pull({ plugin_key: pluginKey, version: "1.2.3" });
    await liveUntil(id, bad, "rolled_back");
    expect(bad.agent.version).toBe("1.2.2");
    expect((await bad.records()).switches).toMatchObject([{ name: "kill_switch", scope: "plugin", targetId: bad.agent.id }]);
    await fine.live(6);
    expect((await fine.records()).switches).toEqual([]);
    expect((await fine.records()).commands).toEqual([]);
    expect(fine.agent.version).toBe("1.2.2");
  });

  test("everything: the policy's own row, whoever is affected", async () => {
    const [kept, running] = [await healed(), await makeShop()];
    await running.until("applied", ({ attempts }) => attempts[0]?.phase === "probation");
    const { id } = await pull("global");
    const [policy] = await asOwner()`select autopatch_enabled, kill_reason, updated_by from ops_policy where id = 1`;
    expect(policy).toEqual({ autopatch_enabled: false, kill_reason: "orders are lost", updated_by: OPS.id });
    await liveUntil(id, kept, "rolled_back");
    await liveUntil(id, running, "rolled_back");
  });

  test("nobody reaches beyond their tenants", async () => {
    const [own, other] = [await healed(), await healed()];
    const some = personActor(["operator"], [own.tenantId], "olga@shop.test");
    expect((await refusalOf(pull("global", some))).details.code).toBe("ERR_ALL_TENANTS_NEEDED");
    expect((await refusalOf(pull(tenantOf(other), some))).kind).toBe("not-found");
    const { id } = await pull({ plugin_key: other.pluginKey }, some);
    expect(await newest(id)).toMatchObject({ in_flight: [], stopped: [] });
    expect((await other.records()).switches).toEqual([]);
    const done = await pull({ plugin_key: own.pluginKey }, some);
    expect(JSON.stringify(await listEmergencies(some.tenants))).toContain(done.id);
    const theirs = personActor(["viewer"], [other.tenantId], "tom@shop.test");
    expect(JSON.stringify(await listEmergencies(theirs.tenants))).not.toContain(own.agent.id);
    await liveUntil(done.id, own, "rolled_back");
  });
});

test("the runbook's SQL leads to the same end for what is under way", async () => {
  const [byHand, byButton] = [await makeShop(), await makeShop()];
  for (const shop of [byHand, byButton]) await shop.until("applied", ({ attempts }) => attempts[0]?.phase === "probation");
  const hand = openAs("breakglass");
  await hand`update ops_policy set autopatch_enabled = false where id = 1`;
  await hand`update plugin_autopatch_attempts set status = 'cancelled' where status in ('pending', 'staging', 'applying', 'verifying') and plugin_id = ${byHand.agent.id}`;
  await hand.end();
  await pull(tenantOf(byButton));
  const ends: object[] = [];
  for (const shop of [byHand, byButton]) {
    const { attempts, commands } = await shop.until("over", ({ attempts: [attempt] }) => attempt?.phase === "done", 12);
    ends.push({
      attempt: attempts[0]?.status,
      commands: commands.map(({ type, status }) => `${type} ${status}`),
      version: shop.agent.version,
    });
  }
  expect(ends[0]).toEqual(ends[1]);
  expect(ends[0]).toMatchObject({ attempt: "rolled_back", version: "1.2.2" });
});

test("each emergency is one audit entry, and its switches, cancels and items are in the same transaction", async () => {
  const shop = await makeShop();
  await shop.live(1);
  const before = await auditCount("emergency.rollback", "done");
  const { id } = await pull(tenantOf(shop));
  expect(await auditCount("emergency.rollback", "done")).toBe(before + 1);
  const rows = await asOwner()`select distinct xmin::text from (select xmin from emergency_rollbacks where id = ${id}
    union all select xmin from emergency_items where emergency_id = ${id} union all select xmin from safety_switches where tenant_id = ${shop.tenantId}
    union all select xmin from plugin_autopatch_attempts where plugin_id = ${shop.agent.id}) t`;
  expect(rows).toHaveLength(1);
});
