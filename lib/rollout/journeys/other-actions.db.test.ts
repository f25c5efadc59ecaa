import { beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "@/lib/gateway/run-command";
import { approvePlan } from "@/lib/rollout/commands/approve-plan";
import { orderAction } from "@/lib/rollout/commands/order-action";
import { personActor, steppedUp } from "@/test/actors";
import { refusalOf } from "@/test/five-cases";
import { makeShop, OPS, type Shop, setPolicy } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { runWorker } from "@/test/loop/worker";

stopTime();
beforeAll(() => setPolicy({ staging_required: false }));

async function order(shop: Shop, action: string, changes: object = {}) {
  const { id } = await shop.incident();
  const input = { incidentId: id, action, reason: "a person wants it so", ...changes };
  return runCommand(orderAction, { input, actor: OPS, now: new Date() });
}
const types = (shop: Shop) => shop.agent.obeyed.map(({ type }) => type);

describe("what Center does by itself besides patching", () => {
  test("a slow plugin is restarted, and what the boot before said does not speak against it", async () => {
    const shop = await makeShop({ releases: {}, behaviours: { "1.2.2": { latencyMs: 3_500 } } });
    await shop.until("restarted", ({ attempts }) => attempts[0]?.method === "restart" && attempts[0].phase === "dispatch");
    shop.agent.behaviours = {};
    const { incidents, attempts } = await shop.until("over", (records) => records.attempts[0]?.phase === "done");
    expect(types(shop)).toEqual(["restart"]);
    expect(attempts).toMatchObject([{ status: "success", method: "restart", toVersion: null }]);
    expect(incidents).toMatchObject([{ type: "latency_p95", status: "open", resolvedAt: null }]);
    const proven = await shop.until("proven by beats", (records) => records.incidents[0]?.status === "resolved");
    expect(proven.attempts).toHaveLength(1);
  });

  test("what runs although something else lies on disk is restarted into what lies there", async () => {
    const shop = await makeShop({ version: "1.2.3", releases: {}, behaviours: {} });
    shop.agent.disk = "1.2.4";
    await shop.live(2, 360);
    const { attempts, incidents } = await shop.until("over", (records) => records.attempts.at(-1)?.phase === "done");
    expect(shop.agent.refused).toEqual([]);
    expect(shop.agent.version).toBe("1.2.4");
    expect(attempts).toMatchObject([{ method: "restart", status: "success" }]);
    expect(incidents).toMatchObject([{ type: "drift", status: "open", resolvedAt: null }]);
    await shop.until("proven by beats", (records) => records.incidents[0]?.status === "resolved");
  });

  test("two incidents of one plugin are worked on one after the other", async () => {
    const shop = await makeShop({ behaviours: {}, version: "1.2.1" });
    shop.agent.disk = "1.2.2";
    await shop.live(2, 330);
    shop.agent.behaviours = { "1.2.1": { failShare: 0.6 }, "1.2.2": { failShare: 0.6 } };
    await shop.live(1, 330);
    expect((await shop.records()).incidents).toHaveLength(2);
    const { attempts, incidents } = await shop.until(
      "both over",
      (records) => records.incidents.length === 2 && records.incidents.every(({ status }) => status === "resolved"),
    );
    expect(incidents.map(({ type }) => type).sort()).toEqual(["drift", "webhook_fail_rate"]);
    for (const [index, attempt] of attempts.slice(1).entries()) {
      expect(attempt.createdAt.getTime()).toBeGreaterThanOrEqual(attempts[index]?.finishedAt?.getTime() ?? Number.POSITIVE_INFINITY);
    }
    expect(shop.agent.version).toBe("1.2.3");
  });
});

describe("what a person orders", () => {
  test("calling a running change back really rolls it back, and the kill switch does not stop that", async () => {
    const shop = await makeShop();
    await shop.until("applied", ({ attempts }) => attempts[0]?.phase === "probation");
    await shop.throwSwitch("kill_switch");
    await order(shop, "rollback");
    const { attempts, incidents } = await shop.until("over", (records) => records.attempts[0]?.phase === "done");
    expect(attempts).toMatchObject([{ status: "rolled_back" }]);
    expect(types(shop)).toEqual(["update", "rollback"]);
    expect(shop.agent.version).toBe("1.2.2");
    expect(incidents).toMatchObject([{ status: "escalated" }]);
  });

  test("calling back holds: the transition is written down under its caller, and the machine leaves the incident to people", async () => {
    const shop = await makeShop();
    await shop.beatAndDecide();
    await order(shop, "rollback");
    await order(shop, "rollback");
    await shop.live(6);
    const { attempts, events, incidents } = await shop.records();
    expect(attempts).toMatchObject([{ status: "cancelled", phase: "done" }]);
    expect(events.filter(({ actor }) => actor === OPS.id)).toMatchObject([
      { fromStatus: "pending", toStatus: "cancelled", phase: "queued", reason: "a person wants it so" },
    ]);
    expect(incidents).toMatchObject([{ status: "escalated", decideAt: null }]);
    expect(shop.agent.received).toEqual([]);
  });

  test("calling back a change whose commit the agent has fetched, and even confirmed, still takes it back", async () => {
    const shop = await makeShop();
    await shop.until("committing", ({ attempts }) => attempts[0]?.phase === "committing");
    passSeconds(15);
    await shop.agent.beat();
    expect((await shop.records()).commands).toMatchObject([{ status: "committed" }, { type: "commit", status: "offered" }]);
    await order(shop, "rollback");
    const { attempts, plugin, incidents } = await shop.until("over", (records) => records.attempts[0]?.phase === "done");
    expect(attempts).toMatchObject([{ status: "rolled_back" }]);
    expect([shop.agent.version, plugin.version]).toEqual(["1.2.2", "1.2.2"]);
    expect(types(shop)).toEqual(["update", "commit", "rollback"]);
    expect(incidents).toMatchObject([{ status: "escalated" }]);
  });

  test("a commit that no beat has fetched does not travel once its change was called back", async () => {
    const shop = await makeShop();
    await shop.until("committing", ({ attempts }) => attempts[0]?.phase === "committing");
    await order(shop, "rollback");
    passSeconds(15);
    await shop.agent.beat();
    await shop.until("over", (records) => records.attempts[0]?.phase === "done");
    expect(types(shop)).toEqual(["update", "rollback"]);
    expect(shop.agent.version).toBe("1.2.2");
  });

  test("a rollback to a kept version goes out under the kill switch, a restart does not", async () => {
    const shop = await makeShop({ version: "1.2.3", releases: {}, behaviours: { "1.2.3": { failShare: 0.6 } } });
    await shop.live(1);
    await shop.throwSwitch("kill_switch");
    expect((await refusalOf(order(shop, "restart"))).details.code).toBe("ERR_KILL_SWITCH");
    await order(shop, "rollback", { version: "1.2.1" });
    const { attempts, plugin } = await shop.until("over", (records) => records.attempts[0]?.phase === "done");
    expect(attempts).toMatchObject([{ method: "rollback", status: "success", isAutomatic: false, requestedBy: OPS.id }]);
    expect(shop.agent.version).toBe("1.2.1");
    expect(plugin).toMatchObject({ version: "1.2.1", lastGoodVersion: "1.2.1" });
  });

  test("a tenth of the fleet's payments needs others to agree, as for the machine; going back needs nobody", async () => {
    const small = await makeShop({ releases: {}, paymentVolume: 9 });
    const large = await makeShop({ releases: {}, paymentVolume: 91 });
    for (const shop of [small, large]) await shop.live(1);
    expect(await order(small, "restart")).toMatchObject({ status: "healing", approvals: { required: 0 } });
    expect(await order(large, "restart")).toMatchObject({ status: "awaiting_approval", attempt_id: null, approvals: { required: 2 } });
    expect(await order(large, "rollback", { version: "1.2.1" })).toMatchObject({ status: "healing", approvals: { required: 0 } });
  });

  test("SAFE_MODE does not stop a person", async () => {
    const shop = await makeShop({ releases: {} });
    await shop.live(1);
    await shop.throwSwitch("safe_mode");
    await order(shop, "isolate");
    await shop.live(2);
    expect(types(shop)).toEqual(["isolate"]);
  });

  test("a second order while one is under way is a conflict", async () => {
    const shop = await makeShop({ releases: {} });
    await shop.live(1);
    await order(shop, "restart");
    expect((await refusalOf(order(shop, "isolate"))).kind).toBe("conflict");
  });
});

describe("a major version that a person orders and others agree to", () => {
  const PEOPLE = ["ada@center.test", "bob@center.test"];

  /** A shop for which a person ordered a major version, and two others have agreed. */
  async function approved(): Promise<Shop> {
    const shop = await makeShop({ releases: { "2.0.0": {} } });
    await shop.live(1);
    const { id } = await shop.incident();
    const input = { incidentId: id, action: "patch", version: "2.0.0", reason: "a person wants it so" };
    const ordered = await runCommand(orderAction, { input, actor: OPS, now: new Date() });
    expect(ordered).toMatchObject({ status: "awaiting_approval", approvals: { required: 2 } });
    for (const email of PEOPLE) {
      const approval = { incidentId: id, planDigest: ordered.plan_digest, reason: "looks right" };
      await runCommand(approvePlan, { input: approval, actor: steppedUp(personActor(["approver"], undefined, email)), now: new Date() });
    }
    return shop;
  }

  test("without approvers' own signatures nothing is sent that the agent must refuse, and people are told", async () => {
    const shop = await approved();
    await runWorker();
    const { attempts, commands, incidents, switches } = await shop.records();
    expect(attempts).toMatchObject([
      { status: "failed", needsPerson: true, endReason: expect.stringMatching(/only with approvers' own signatures/) },
    ]);
    expect(commands).toEqual([]);
    expect(incidents).toMatchObject([{ status: "escalated", decideAt: null }]);
    expect(switches).toEqual([]);
    await shop.live(4);
    expect((await shop.records()).attempts).toHaveLength(1);
  });
});
