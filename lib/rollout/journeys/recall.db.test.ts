import { beforeAll, expect, test } from "vitest";
import { scopeFor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { recallRelease } from "@/lib/rollout/commands/recall/recall-release";
import { followRecalls } from "@/lib/rollout/jobs/follow-recalls";
import { readRecall } from "@/lib/rollout/waves/recall/queries-recalls";
import { makeShop, OPS, type Shop, setPolicy } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { runWorker } from "@/test/loop/worker";

stopTime();
beforeAll(() => setPolicy());

const recall = (pluginKey: string, version = "1.2.3") =>
  runCommand(recallRelease, { input: { release: { pluginKey, version }, reason: "it loses orders" }, actor: OPS, now: new Date() });
const progress = (id: string) => readRecall(scopeFor("operate"), id);

/** Rounds of beats and workers until nobody runs the version, or too many. */
async function untilClear(id: string, shops: readonly Shop[], rounds = 8) {
  for (let round = 0; round < rounds; round += 1) {
    await followRecalls(new Date());
    await runWorker();
    passSeconds(15);
    for (const shop of shops) await shop.agent.beat();
    await runWorker();
  }
  await followRecalls(new Date());
  return progress(id);
}

async function healedShop(): Promise<Shop> {
  const shop = await makeShop();
  await shop.until("it was patched", ({ incidents, attempts }) => incidents[0]?.status === "resolved" && attempts[0]?.status === "success");
  return shop;
}

test("a version that is kept everywhere goes back everywhere by one command, and the same again is a no-op", async () => {
  const shop = await healedShop();
  const { recall_id, repeated } = await recall(shop.pluginKey);
  expect(repeated).toBe(false);
  expect(await progress(recall_id)).toMatchObject({ left_on_bad: 1, undone: 0, cleared_at: null });

  expect(await untilClear(recall_id, [shop])).toMatchObject({
    left_on_bad: 0,
    undone: 1,
    undoing: 0,
    needs_person: 0,
    cleared_at: expect.any(String),
  });
  expect(shop.agent.version).toBe("1.2.2");

  const orders = shop.agent.obeyed.length;
  expect(await recall(shop.pluginKey)).toMatchObject({ recall_id, repeated: true, called_back: 0 });
  await untilClear(recall_id, [shop], 3);
  expect(shop.agent.obeyed.length).toBe(orders);
});

test("what is under way with it is called back, and nobody gets it any more", async () => {
  const shop = await makeShop();
  await shop.until("it is on probation", ({ attempts }) => attempts[0]?.phase === "probation");
  const { recall_id, called_back } = await recall(shop.pluginKey);
  expect(called_back).toBe(1);
  expect(await untilClear(recall_id, [shop])).toMatchObject({ left_on_bad: 0 });
  expect(shop.agent.version).toBe("1.2.2");
  const { attempts } = await shop.records();
  expect(attempts.map(({ method, status }) => `${method} ${status}`)).toEqual(["update rolled_back"]);
});

test("a shop that has just gone back needs no person, although its last beat still speaks of the version", async () => {
  const shop = await makeShop();
  await shop.until("it is on probation", ({ attempts }) => attempts[0]?.phase === "probation");
  const { recall_id } = await recall(shop.pluginKey);
  await runWorker();
  await shop.agent.beat();
  await runWorker();
  expect(await shop.attempt()).toMatchObject({ status: "rolled_back", phase: "done" });
  await followRecalls(new Date());
  expect(await progress(recall_id)).toMatchObject({ left_on_bad: 1, needs_person: 0 });
  expect((await shop.records()).switches).toEqual([]);
  expect(await untilClear(recall_id, [shop], 2)).toMatchObject({ left_on_bad: 0, needs_person: 0 });
});

test("an order that waits for a beat is withdrawn before the next beat can fetch it", async () => {
  const shop = await makeShop();
  await shop.beatAndDecide();
  await runWorker();
  expect((await shop.attempt()).phase).toBe("dispatch");
  await recall(shop.pluginKey);
  await shop.agent.beat();
  expect(shop.agent.obeyed).toEqual([]);
});

test("a rollback that fails needs a person, and is never tried twice", async () => {
  const shop = await healedShop();
  shop.agent.behaviours = { ...shop.agent.behaviours, "1.2.3": { onRollback: "fails" } };
  const { recall_id } = await recall(shop.pluginKey);
  const stuck = await untilClear(recall_id, [shop]);
  expect(stuck).toMatchObject({
    left_on_bad: 1,
    needs_person: 1,
    cleared_at: null,
    items: [{ state: "needs_person", running_version: "1.2.3" }],
  });
  expect(shop.agent.obeyed.filter(({ type }) => type === "rollback").length).toBe(1);
  expect((await shop.records()).switches).toMatchObject([{ name: "safe_mode", scope: "plugin", isOn: true }]);
});

test("a shop that turns up with it later is taken back then; one that was installed by hand is left to a person", async () => {
  const shop = await healedShop();
  const byHand = await makeShop({ pluginKey: shop.pluginKey, version: "1.2.3", releases: {} });
  const { recall_id } = await recall(shop.pluginKey);
  await untilClear(recall_id, [shop]);
  expect(await progress(recall_id)).toMatchObject({ left_on_bad: 0, undone: 1, cleared_at: expect.any(String) });
  await byHand.agent.beat();
  expect(await untilClear(recall_id, [byHand], 2)).toMatchObject({
    left_on_bad: 1,
    needs_person: 1,
    items: [{ why: expect.stringContaining("knows no version") }],
  });
});

test("a shop that is offline at the recall is taken back when it returns, by no person; so is one that installs it again", async () => {
  const shop = await healedShop();
  const { recall_id } = await recall(shop.pluginKey);
  const quiet = async () => {
    passSeconds(20 * 60);
    await runWorker();
    await followRecalls(new Date());
  };
  for (let third = 0; third < 6; third += 1) await quiet();
  expect(await progress(recall_id)).toMatchObject({ waiting: 1, undoing: 0, needs_person: 0, left_on_bad: 1, cleared_at: null });
  expect((await shop.records()).attempts.filter(({ method }) => method === "rollback")).toHaveLength(1);

  await shop.agent.beat();
  expect(await untilClear(recall_id, [shop], 4)).toMatchObject({ waiting: 0, undone: 1, left_on_bad: 0, cleared_at: expect.any(String) });
  expect(shop.agent.version).toBe("1.2.2");
  shop.agent.restart("1.2.3");
  await shop.agent.beat();
  expect(await untilClear(recall_id, [shop], 4)).toMatchObject({ undone: 1, needs_person: 0, left_on_bad: 0 });
  expect(shop.agent.version).toBe("1.2.2");
  expect((await shop.records()).switches).toEqual([]);
});
