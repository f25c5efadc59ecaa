import { beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "@/lib/gateway/run-command";
import { refusalOf } from "@/test/five-cases";
import { makeShop, OPS, type Shop, setPolicy } from "@/test/loop/make-shop";
import { stopTime } from "@/test/loop/virtual-time";
import { orderAction } from "../commands/order-action";

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
    expect(incidents).toMatchObject([{ type: "latency_p95", status: "resolved" }]);
  });

  test("what runs although something else lies on disk is restarted into what lies there", async () => {
    const shop = await makeShop({ version: "1.2.3", releases: {}, behaviours: {} });
    shop.agent.disk = "1.2.4";
    await shop.live(2, 360);
    const { attempts, incidents } = await shop.until("over", (records) => records.attempts.at(-1)?.phase === "done");
    expect(shop.agent.refused).toEqual([]);
    expect(shop.agent.version).toBe("1.2.4");
    expect(attempts).toMatchObject([{ method: "restart", status: "success" }]);
    expect(incidents).toMatchObject([{ type: "drift", status: "resolved" }]);
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
