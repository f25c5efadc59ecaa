import { beforeAll, describe, expect, test } from "vitest";
import { LIMITS } from "@/lib/platform/limits";
import { openAs } from "@/test/database/open-as";
import { liveTogether, makeShop, type Shop, setPolicy } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { asOwner, runWorker } from "@/test/loop/worker";

stopTime();
beforeAll(() => setPolicy());

const sick = () => makeShop({ behaviours: { "1.2.2": { failShare: 0.6 }, "1.2.3": {} } });
/** A beat that asks for what a switch holds is no act: hundreds of entries a day would hide the acts. */
const refusals = async (shop: Shop) =>
  (await shop.records()).audit.filter(({ command, outcome }) => command === "command.offer" && outcome === "refused");
const types = (shop: Shop) => shop.agent.obeyed.map(({ type }) => type);

describe("safety 5: the kill switch thrown at each phase", () => {
  test("queued: nothing begins, and the attempt ends cancelled", async () => {
    const shop = await sick();
    await shop.beatAndDecide();
    expect(await shop.attempt()).toMatchObject({ phase: "queued" });
    await shop.throwSwitch("kill_switch");
    await runWorker();
    const { attempts, commands, incidents, plugin } = await shop.records();
    expect(attempts).toMatchObject([{ status: "cancelled", phase: "done", stagingReport: null }]);
    expect(commands).toEqual([]);
    expect(incidents).toMatchObject([{ status: "open" }]);
    expect(plugin.version).toBe("1.2.2");
  });

  test("staging: the rehearsal's result is not sent", async () => {
    const shop = await sick();
    await shop.beatAndDecide();
    const { id } = await shop.attempt();
    await asOwner()`update plugin_autopatch_attempts set phase = 'staging' where id = ${id}`;
    await shop.throwSwitch("kill_switch");
    await runWorker();
    const { attempts, commands } = await shop.records();
    expect(attempts).toMatchObject([{ status: "cancelled", phase: "done" }]);
    expect(commands).toEqual([]);
  });

  test("dispatched and not fetched: the command is withdrawn and no beat receives it", async () => {
    const shop = await sick();
    await shop.live(1);
    expect((await shop.records()).commands).toMatchObject([{ type: "update", status: "pending" }]);
    await shop.throwSwitch("kill_switch");
    passSeconds(15);
    expect((await shop.agent.beat()).commands).toEqual([]);
    expect(await refusals(shop)).toEqual([]);
    await runWorker();
    await shop.live(2);
    const { attempts, commands, incidents } = await shop.records();
    expect(attempts).toMatchObject([{ status: "cancelled", phase: "done" }]);
    expect(commands).toMatchObject([{ type: "update", status: "cancelled", offeredAt: null }]);
    expect(incidents).toMatchObject([{ status: "open" }]);
    expect(shop.agent.received).toEqual([]);
  });

  test("fetched and not applied: it is not sent again, and what the agent makes of it is settled", async () => {
    const shop = await makeShop({ behaviours: { "1.2.2": { failShare: 0.6 }, "1.2.3": { onUpdate: "hangs" } } });
    await shop.live(2);
    expect((await shop.records()).commands).toMatchObject([{ status: "offered" }]);
    await shop.throwSwitch("kill_switch");
    await shop.live(3);
    expect(types(shop)).toEqual(["update"]);
    expect(shop.agent.received).toHaveLength(1);
    expect(await shop.attempt()).toMatchObject({ phase: "dispatch" });
    // Its life is over and the agent still runs the old version: nothing was changed.
    const [command] = (await shop.records()).commands;
    const restSeconds =
      ((command?.expiresAt.getTime() ?? 0) - Date.now()) / 1_000 + (command?.payload.probation_s ?? 0) + LIMITS.attemptGraceSeconds;
    passSeconds(Math.ceil(restSeconds));
    await shop.agent.beat();
    await runWorker();
    const { attempts, commands } = await shop.records();
    expect(attempts).toMatchObject([{ status: "failed", phase: "done", needsPerson: false }]);
    expect(commands).toHaveLength(1);
    expect(commands[0]?.status).not.toBe("offered");
    expect(await refusals(shop)).toEqual([]);
  });

  test("applied and healthy: it is verified and kept, since a commit passes the switch", async () => {
    const shop = await sick();
    await shop.until("applied", ({ attempts }) => attempts[0]?.phase === "probation");
    await shop.throwSwitch("kill_switch");
    const { attempts, plugin } = await shop.until("over", ({ attempts }) => attempts[0]?.phase === "done");
    expect(attempts).toMatchObject([{ status: "success" }]);
    expect(types(shop)).toEqual(["update", "commit"]);
    expect(plugin.version).toBe("1.2.3");
    expect(shop.agent.version).toBe("1.2.3");
  });

  test("applied and sick: it is rolled back, since a rollback passes the switch", async () => {
    const shop = await makeShop({ behaviours: { "1.2.2": { failShare: 0.6 }, "1.2.3": { failShare: 1 } } });
    await shop.until("applied", ({ attempts }) => attempts[0]?.phase === "probation");
    await shop.throwSwitch("kill_switch");
    const { attempts } = await shop.until("over", ({ attempts }) => attempts[0]?.phase === "done");
    expect(attempts).toMatchObject([{ status: "rolled_back" }]);
    expect(types(shop)).toEqual(["update", "rollback"]);
    expect(shop.agent.version).toBe("1.2.2");
  });

  test("committing: the commit that is on its way arrives", async () => {
    const shop = await sick();
    await shop.until("committing", ({ attempts }) => attempts[0]?.phase === "committing");
    await shop.throwSwitch("kill_switch", "tenant");
    const { attempts } = await shop.until("over", ({ attempts }) => attempts[0]?.phase === "done");
    expect(attempts).toMatchObject([{ status: "success" }]);
    expect(shop.agent.version).toBe("1.2.3");
  });

  test("SAFE_MODE stops what Center itself began, and lets a running probation end", async () => {
    const [queued, running] = [await sick(), await sick()];
    await running.until("applied", ({ attempts }) => attempts[0]?.phase === "probation");
    await liveTogether([queued, running], 1);
    for (const shop of [queued, running]) await shop.throwSwitch("safe_mode");
    await liveTogether([queued, running], 2);
    expect(await queued.attempt()).toMatchObject({ status: "cancelled" });
    expect(queued.agent.received).toEqual([]);
    const { attempts } = await running.until("over", ({ attempts }) => attempts[0]?.phase === "done");
    expect(attempts).toMatchObject([{ status: "success" }]);
  });
});

describe("the runbook's first statement, by hand", () => {
  test("stops every plugin at once, is audited by its writer's name, and lets what was applied end", async () => {
    const [waiting, fresh, running] = [await sick(), await sick(), await sick()];
    await running.until("applied", ({ attempts }) => attempts[0]?.phase === "probation");
    await liveTogether([waiting, running], 1);
    const hand = openAs("breakglass");
    await hand`update ops_policy set autopatch_enabled = false where id = 1`;
    await hand.end();
    await liveTogether([waiting, running, fresh], 1);
    expect(await waiting.attempt()).toMatchObject({ status: "cancelled" });
    expect(waiting.agent.received).toEqual([]);
    const { decisions, attempts } = await fresh.records();
    expect(decisions[0]?.permit).toMatchObject({ kind: "deny" });
    expect(attempts).toEqual([]);
    await running.until("over", ({ attempts: [attempt] }) => attempt?.status === "success");
    const entries = await asOwner()`select actor from audit_entries where command = 'breakglass.write' and subject = 'ops_policy:1'`;
    expect(entries).toMatchObject([{ actor: "breakglass:center_breakglass" }]);
  });
});
