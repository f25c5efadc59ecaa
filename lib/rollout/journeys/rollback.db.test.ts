import { beforeAll, describe, expect, test } from "vitest";
import { LIMITS } from "@/lib/platform/limits";
import type { VersionBehaviour } from "@/test/fake-agent";
import { makeShop, type Shop, setPolicy } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { runWorker } from "@/test/loop/worker";

stopTime();
beforeAll(() => setPolicy({ staging_required: false }));

const made = (candidate: VersionBehaviour, old: VersionBehaviour = { failShare: 0.6 }) =>
  makeShop({ behaviours: { "1.2.2": old, "1.2.3": candidate } });
const isOver = ({ attempts }: Awaited<ReturnType<Shop["records"]>>) => attempts.at(-1)?.phase === "done";

/** Lives on until the new version runs on probation. */
async function applied(shop: Shop): Promise<void> {
  await shop.until("applied", ({ attempts }) => attempts.at(-1)?.phase === "probation");
}

/** Time passes without a beat, the worker looking every now and then. */
async function silence(seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 30) {
    passSeconds(30);
    await runWorker();
  }
}

describe("rollback on health-check failure", () => {
  test("bad counters undo the patch, a person is called, and the machine does not try again", async () => {
    const shop = await made({ failShare: 0.95 });
    const { attempts, commands, events, incidents, feedback, outbox, switches, plugin } = await shop.until("over", isOver);
    expect(attempts).toMatchObject([{ status: "rolled_back", revertReason: expect.stringMatching(/webhooks failed/), needsPerson: false }]);
    expect(attempts[0]?.healthReport).toMatchObject({ decision: "rollback" });
    expect(events.map(({ phase }) => phase)).toEqual(["queued", "dispatch", "probation", "reverting", "done"]);
    const [update, rollback] = commands;
    expect(commands).toHaveLength(2);
    expect(rollback).toMatchObject({
      type: "rollback",
      ref: update?.id,
      status: "committed",
      payload: { from_version: "1.2.3", to_version: "1.2.2" },
    });
    expect(shop.agent.obeyed.map(({ type }) => type)).toEqual(["update", "rollback"]);
    expect(shop.agent.refused).toEqual([]);
    expect(shop.agent.version).toBe("1.2.2");
    expect(plugin).toMatchObject({ version: "1.2.2", lastGoodVersion: null });
    expect(incidents).toMatchObject([{ status: "escalated" }]);
    expect(feedback).toMatchObject([{ outcome: "made_worse" }]);
    expect(switches).toEqual([]);
    expect(outbox.map(({ name }) => name)).toEqual(expect.arrayContaining(["attempt.rolled_back", "incident.escalated"]));

    await shop.live(6);
    const later = await shop.records();
    expect(later.attempts).toHaveLength(1);
    expect(later.commands).toHaveLength(2);
    expect(later.incidents).toMatchObject([{ status: "escalated" }]);
  });

  test("a version that crashes is restored by the agent itself: no second rollback is sent", async () => {
    const shop = await made({ onUpdate: "crashes" });
    const { attempts, commands, feedback, incidents } = await shop.until("over", isOver);
    expect(attempts).toMatchObject([{ status: "rolled_back", endReason: expect.stringContaining("crash_loop") }]);
    expect(commands).toMatchObject([{ type: "update", status: "failed" }]);
    expect(incidents).toMatchObject([{ status: "escalated" }]);
    expect(feedback).toHaveLength(1);
  });

  test("an agent that refuses fails the attempt, and the plugin is untouched", async () => {
    const shop = await made({ onUpdate: "refuses" });
    await shop.live(2);
    const { attempts, commands, plugin } = await shop.records();
    expect(attempts[0]).toMatchObject({ status: "failed", endReason: expect.stringContaining("refused:busy"), needsPerson: false });
    expect(commands[0]).toMatchObject({ type: "update", status: "failed" });
    expect(plugin.version).toBe("1.2.2");
  });

  test("no traffic and no probe is no health", async () => {
    const shop = await made({ webhooks: 0 });
    const { attempts, feedback } = await shop.until("over", isOver);
    expect(attempts).toMatchObject([{ status: "rolled_back", revertReason: expect.stringContaining("no traffic") }]);
    expect(feedback).toMatchObject([{ outcome: "inconclusive" }]);
  });
});

describe("safety 25: no beat after apply is no health", () => {
  test("safety 25: silence on probation ends in a rollback, which the agent carries out when it is back", async () => {
    const shop = await made({});
    await applied(shop);
    await silence(90);
    expect((await shop.attempt()).phase).toBe("reverting");
    await shop.live(1);
    const { attempts, feedback } = await shop.until("over", isOver);
    expect(attempts).toMatchObject([{ status: "rolled_back", needsPerson: false }]);
    expect(shop.agent.version).toBe("1.2.2");
    expect(feedback).toMatchObject([{ outcome: "inconclusive" }]);
  });

  test("good reports that stop are no health either, and no harm that SIRA could learn from", async () => {
    const shop = await made({});
    await applied(shop);
    await shop.live(2);
    await silence(120);
    await shop.live(1);
    const { attempts, feedback } = await shop.until("over", isOver);
    expect(attempts).toMatchObject([{ status: "rolled_back" }]);
    expect(feedback).toMatchObject([{ outcome: "inconclusive" }]);
  });

  test("an agent that went back by itself at its deadline is believed, and Center's rollback is a no-op", async () => {
    const shop = await made({});
    await applied(shop);
    const probation = shop.agent.obeyed[0]?.probation_s ?? 0;
    await silence(probation + 30);
    await shop.live(1);
    const { attempts, commands } = await shop.until("over", isOver);
    expect(attempts).toMatchObject([{ status: "rolled_back" }]);
    expect(commands.filter(({ type }) => type === "rollback")).toHaveLength(1);
    expect(shop.agent.version).toBe("1.2.2");
  });
});

describe("safety 17: a rollback that fails", () => {
  const stuck = async () => {
    const shop = await made({ failShare: 0.95, onRollback: "fails" });
    return { shop, records: await shop.until("over", isOver) };
  };

  test("needs a person, holds the plugin by its switch, and does not loop", async () => {
    const { shop, records } = await stuck();
    expect(records.attempts).toMatchObject([{ status: "failed", needsPerson: true, endReason: expect.stringContaining("disk_full") }]);
    expect(records.switches).toMatchObject([{ scope: "plugin", targetId: shop.agent.id, name: "safe_mode", isOn: true }]);
    expect(records.incidents).toMatchObject([{ status: "escalated" }]);
    await shop.live(8);
    const later = await shop.records();
    expect(later.attempts).toHaveLength(1);
    expect(later.commands.filter(({ type }) => type === "rollback")).toHaveLength(1);
  });

  test("the agent's repeated word changes nothing", async () => {
    const { shop, records } = await stuck();
    const rollback = records.commands.find(({ type }) => type === "rollback");
    const [first, second] = [await shop.agent.repeat(rollback?.id ?? ""), await shop.agent.repeat(rollback?.id ?? "")];
    expect(first.status).toBe(200);
    expect(second).toEqual(first);
    await runWorker();
    expect(await shop.records()).toMatchObject({ attempts: records.attempts, commands: records.commands, feedback: records.feedback });
  });

  test("one that is never answered ends the same way at the agent's own deadline", async () => {
    const shop = await made({ failShare: 0.95, onRollback: "hangs" });
    await shop.until("reverting", ({ attempts }) => attempts.at(-1)?.phase === "reverting");
    await shop.live(2, 30);
    expect((await shop.attempt()).phase).toBe("reverting");
    const probation = shop.agent.obeyed[0]?.probation_s ?? 0;
    await silence(probation + LIMITS.attemptGraceSeconds);
    const { attempts, switches } = await shop.records();
    expect(attempts).toMatchObject([{ status: "failed", needsPerson: true }]);
    expect(switches).toMatchObject([{ name: "safe_mode", isOn: true }]);
  });
});
