import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openAs } from "@/test/database/open-as";
import { makeShop, type Shop, setPolicy } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { runWorker } from "@/test/loop/worker";

stopTime();
const hand = openAs("breakglass");
beforeAll(() => setPolicy({ staging_required: false }));
afterAll(() => hand.end());

const sick = () => makeShop();

/** The runbook's second statement, for one shop so that tests do not stop each other. */
async function cancelByHand(shop: Shop): Promise<number> {
  const rows = await hand`
    update plugin_autopatch_attempts set status = 'cancelled'
    where status in ('pending', 'staging', 'applying', 'verifying') and plugin_id = ${shop.agent.id} returning id`;
  return rows.length;
}

describe("the runbook's second statement, by hand", () => {
  test("pending: ends cancelled, nothing was sent", async () => {
    const shop = await sick();
    await shop.beatAndDecide();
    expect(await cancelByHand(shop)).toBe(1);
    await runWorker();
    const { attempts, commands } = await shop.records();
    expect(attempts[0]).toMatchObject({ status: "cancelled", phase: "done" });
    expect(commands).toEqual([]);
    await shop.live(4);
    const later = await shop.records();
    expect(later.incidents).toMatchObject([{ status: "escalated", decideAt: null }]);
    expect(later.attempts).toHaveLength(1);
  });

  test("applying, not fetched: the command is withdrawn and no beat receives it", async () => {
    const shop = await sick();
    await shop.live(1);
    expect(await cancelByHand(shop)).toBe(1);
    passSeconds(15);
    await runWorker();
    await shop.agent.beat();
    const { attempts, commands } = await shop.records();
    expect(attempts[0]).toMatchObject({ status: "cancelled", phase: "done" });
    expect(commands[0]).toMatchObject({ type: "update", status: "cancelled", offeredAt: null });
    expect(shop.agent.received).toEqual([]);
  });

  test("applying, not fetched, and a beat comes before any worker does: it receives nothing", async () => {
    const shop = await sick();
    await shop.live(1);
    await cancelByHand(shop);
    passSeconds(15);
    await shop.agent.beat();
    expect(shop.agent.received).toEqual([]);
    await runWorker();
    expect(await shop.attempt()).toMatchObject({ status: "cancelled", phase: "done" });
  });

  test("applying, fetched and not answered: a signed rollback goes after it", async () => {
    const shop = await makeShop({ behaviours: { "1.2.2": { failShare: 0.6 }, "1.2.3": { onUpdate: "hangs" } } });
    await shop.live(2);
    expect((await shop.records()).commands).toMatchObject([{ status: "offered" }]);
    await cancelByHand(shop);
    const { attempts, commands } = await shop.until("over", ({ attempts: [attempt] }) => attempt?.phase === "done", 10);
    expect(attempts[0]).toMatchObject({ status: "rolled_back" });
    expect(commands).toMatchObject([{ type: "update" }, { type: "rollback", status: "committed" }]);
    expect(shop.agent.version).toBe("1.2.2");
  });

  test("applied: it is really rolled back by a signed command, and the page says by whom", async () => {
    const shop = await sick();
    await shop.until("applied", ({ attempts }) => attempts[0]?.phase === "probation");
    expect(shop.agent.version).toBe("1.2.3");
    expect(await cancelByHand(shop)).toBe(1);
    const { attempts, commands, events, audit, incidents, feedback } = await shop.until(
      "over",
      ({ attempts: [attempt] }) => attempt?.phase === "done",
      10,
    );
    expect(attempts[0]).toMatchObject({ status: "rolled_back", revertReason: expect.stringContaining("cancelled") });
    const [update, rollback] = commands;
    expect(rollback).toMatchObject({ type: "rollback", ref: update?.id, status: "committed" });
    expect(shop.agent.obeyed.map(({ type }) => type)).toEqual(["update", "rollback"]);
    expect(shop.agent.refused).toEqual([]);
    expect(shop.agent.version).toBe("1.2.2");
    expect(events.filter(({ actor }) => actor.startsWith("breakglass:"))).toMatchObject([
      { actor: "breakglass:center_breakglass", fromStatus: "verifying", toStatus: "cancelled" },
    ]);
    const written = audit.filter(
      ({ command, subject }) => command === "breakglass.write" && subject.startsWith("plugin_autopatch_attempts:"),
    );
    expect(written).toMatchObject([{ actor: "breakglass:center_breakglass", after: { status: "cancelled" } }]);
    expect(incidents[0]).toMatchObject({ status: "escalated" });
    expect(feedback).toMatchObject([{ outcome: "inconclusive" }]);
  });

  test("committing, and the commit is fetched and confirmed: it is taken back all the same", async () => {
    const shop = await sick();
    await shop.until("committing", ({ attempts }) => attempts[0]?.phase === "committing");
    passSeconds(15);
    await shop.agent.beat();
    await cancelByHand(shop);
    const { attempts } = await shop.until("over", ({ attempts: [attempt] }) => attempt?.phase === "done", 10);
    expect(attempts[0]).toMatchObject({ status: "rolled_back", revertReason: expect.stringContaining("cancelled") });
    const { plugin, incidents } = await shop.records();
    expect([shop.agent.version, plugin.version]).toEqual(["1.2.2", "1.2.2"]);
    expect(incidents[0]).toMatchObject({ status: "escalated" });
  });

  test("the statement again finds nothing to do", async () => {
    const shop = await sick();
    await shop.live(1);
    expect(await cancelByHand(shop)).toBe(1);
    expect(await cancelByHand(shop)).toBe(0);
    await runWorker();
    expect(await cancelByHand(shop)).toBe(0);
  });
});
