import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "@/lib/gateway/run-command";
import { orderAction } from "@/lib/rollout/commands/order-action";
import { makeShop, OPS, type Shop, setPolicy } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { runWorker } from "@/test/loop/worker";

stopTime();
beforeAll(() => setPolicy({ staging_required: false }));

const made = (onUpdate: "applies" | "hangs" = "applies") =>
  makeShop({ behaviours: { "1.2.2": { failShare: 0.6 }, "1.2.3": { onUpdate } } });

/** The one command that the shop's plugin was given. */
async function ordered(shop: Shop) {
  await shop.live(1);
  passSeconds(15);
  await shop.agent.beat();
  const [command] = (await shop.records()).commands;
  return command ?? Promise.reject(new Error("no command was given"));
}
const now = (shop: Shop) => ({ running_version: shop.agent.version, disk_version: shop.agent.version });
const failed = (shop: Shop) => ({ reason: "crash_loop", rolled_back: true, running_version: shop.agent.version });

describe("ack and fail", () => {
  test("a repeated ack is answered with the same bytes, has no second effect, and wakes nobody twice", async () => {
    const shop = await made();
    const { id } = await ordered(shop);
    const before = await shop.records();
    const [first, second] = [await shop.agent.repeat(id), await shop.agent.repeat(id)];
    expect(first).toMatchObject({ status: 200 });
    expect(JSON.parse(first.text)).toEqual({ command_id: id, status: "applied", recorded: true });
    expect(second).toEqual(first);
    expect((await shop.records()).commands).toEqual(before.commands);
  });

  test("the same ack with other timings is the same word", async () => {
    const shop = await made();
    const { id } = await ordered(shop);
    const again = await shop.agent.say("ack", id, { stage: "applied", ...now(shop), timings_ms: { total: 99 } });
    expect(again.status).toBe(200);
  });

  test("a command that was not fetched cannot be acknowledged", async () => {
    const shop = await made();
    await shop.live(1);
    const [command] = (await shop.records()).commands;
    const early = await shop.agent.say("ack", command?.id ?? "", { stage: "applied", ...now(shop) });
    expect(early.status).toBe(409);
    expect((await shop.records()).commands).toMatchObject([{ status: "pending" }]);
  });

  test("committed before applied is a conflict", async () => {
    const shop = await made("hangs");
    const { id } = await ordered(shop);
    expect((await shop.agent.say("ack", id, { stage: "committed", ...now(shop) })).status).toBe(409);
  });

  describe("of a command with one step", () => {
    /** A restart that a person ordered, fetched by an agent that says nothing of it yet. */
    async function restart(): Promise<{ shop: Shop; id: string }> {
      const shop = await makeShop({ behaviours: { "1.2.2": { failShare: 0.6, onRestart: "hangs" } }, releases: {} });
      await shop.live(1);
      const { id: incidentId } = await shop.incident();
      await runCommand(orderAction, { input: { incidentId, action: "restart", reason: "it may help" }, actor: OPS, now: new Date() });
      await runWorker();
      const { id } = await ordered(shop);
      return { shop, id };
    }

    test.each(["applied", "committed"])("%s is the end of it", async (stage) => {
      const { shop, id } = await restart();
      const answer = await shop.agent.say("ack", id, { stage, ...now(shop) });
      expect(answer).toMatchObject({ status: 200 });
      expect(JSON.parse(answer.text)).toMatchObject({ status: "committed" });
      await runWorker();
      expect(await shop.attempt()).toMatchObject({ status: "success", method: "restart" });
    });

    test("an agent that reports both stages is believed twice, and each is answered alike when it comes again", async () => {
      const { shop, id } = await restart();
      const applied = await shop.agent.say("ack", id, { stage: "applied", ...now(shop) });
      const committed = await shop.agent.say("ack", id, { stage: "committed", ...now(shop) });
      expect([applied.status, committed.status]).toEqual([200, 200]);
      const { commands } = await shop.records();
      expect(await shop.agent.say("ack", id, { stage: "applied", ...now(shop) })).toEqual(applied);
      expect(await shop.agent.say("ack", id, { stage: "committed", ...now(shop) })).toEqual(committed);
      expect((await shop.agent.say("ack", id, { stage: "committed", ...now(shop), running_version: "1.2.9" })).status).toBe(409);
      expect((await shop.records()).commands).toEqual(commands);
    });
  });

  test("fail after applied is legal, and ends the attempt as rolled back", async () => {
    const shop = await made();
    const { id } = await ordered(shop);
    shop.agent.restart("1.2.2");
    expect((await shop.agent.say("fail", id, failed(shop))).status).toBe(200);
    await runWorker();
    expect(await shop.attempt()).toMatchObject({ status: "rolled_back" });
  });

  test("something else after the end is a conflict and changes nothing; the last word again is not", async () => {
    const shop = await made();
    const { id } = await ordered(shop);
    const word = failed(shop);
    const ended = await shop.agent.say("fail", id, word);
    expect(ended.status).toBe(200);
    for (const other of [
      ["ack", { stage: "applied", ...now(shop), running_version: "1.2.9" }],
      ["ack", { stage: "committed", ...now(shop) }],
      ["fail", { ...word, reason: "something else" }],
    ] as const) {
      expect((await shop.agent.say(other[0], id, other[1])).status).toBe(409);
    }
    expect(await shop.agent.say("fail", id, word)).toEqual(ended);
    expect((await shop.records()).commands[0]).toMatchObject({ status: "failed", result: { reason: "crash_loop" } });
  });

  test("after a success neither can be said, and the commit's ack can be repeated", async () => {
    const shop = await made();
    const { id } = await ordered(shop);
    await shop.until("over", ({ attempts }) => attempts[0]?.status === "success");
    expect((await shop.agent.repeat(id)).status).toBe(200);
    expect((await shop.agent.say("fail", id, failed(shop))).status).toBe(409);
  });

  test("each stage's ack, said again after the next, is answered as it was the first time", async () => {
    const shop = await made();
    const { id } = await ordered(shop);
    const word = { stage: "applied", ...now(shop), timings_ms: { total: 5 } };
    const first = await shop.agent.say("ack", id, word);
    expect(first.status).toBe(200);
    const { commands } = await shop.until("over", ({ attempts }) => attempts[0]?.status === "success");
    expect(await shop.agent.say("ack", id, word)).toEqual(first);
    expect(JSON.parse((await shop.agent.repeat(id)).text)).toMatchObject({ status: "committed" });
    expect((await shop.agent.say("ack", id, { ...word, running_version: "1.2.9" })).status).toBe(409);
    expect((await shop.records()).commands).toEqual(commands);
  });

  test("the ack from before a fail, said again, has no effect and is answered alike", async () => {
    const shop = await made();
    const { id } = await ordered(shop);
    const word = { stage: "applied", ...now(shop) };
    const first = await shop.agent.say("ack", id, word);
    await shop.agent.say("fail", id, failed(shop));
    expect(await shop.agent.say("ack", id, word)).toEqual(first);
    expect((await shop.records()).commands[0]).toMatchObject({ status: "failed", result: { reason: "crash_loop" } });
  });

  test("another plugin's command does not exist, like one that never was", async () => {
    const [shop, other] = [await made(), await made()];
    const { id } = await ordered(shop);
    const strange = [
      await other.agent.say("ack", id, { stage: "applied", ...now(other) }),
      await other.agent.say("fail", id, failed(other)),
    ];
    const unknown = [
      await other.agent.say("ack", randomUUID(), { stage: "applied", ...now(other) }),
      await other.agent.say("fail", randomUUID(), failed(other)),
    ];
    for (const answer of [...strange, ...unknown]) expect(answer.status).toBe(404);
    expect((await shop.records()).commands).toMatchObject([{ status: "applied" }]);
  });

  test("nor does it for another plugin of the same tenant", async () => {
    const shop = await made();
    const { id } = await ordered(shop);
    const sibling = await makeShop({ tenantId: shop.tenantId });
    expect((await sibling.agent.say("ack", id, { stage: "applied", ...now(sibling) })).status).toBe(404);
    expect((await sibling.agent.say("fail", id, failed(sibling))).status).toBe(404);
  });

  test("a body that speaks for another plugin than its header is not believed", async () => {
    const shop = await made();
    const { id } = await ordered(shop);
    expect((await shop.agent.say("ack", id, { plugin_id: randomUUID(), stage: "applied", ...now(shop) })).status).toBe(401);
  });

  test("a word that was signed for another command is not believed", async () => {
    const shop = await made();
    const { id } = await ordered(shop);
    const moved = await shop.agent.say("ack", id, { command_id: randomUUID(), stage: "applied", ...now(shop) });
    expect(moved.status).toBe(401);
  });

  test.each([
    { tenant_id: "00000000-0000-4000-8000-000000000001" },
    { status: "committed" },
    { approved_by: "me" },
    { timings_ms: { total: -1 } },
  ])("%o in an ack is refused", async (extra) => {
    const shop = await made("hangs");
    const { id } = await ordered(shop);
    expect((await shop.agent.say("ack", id, { stage: "applied", ...now(shop), ...extra })).status).toBe(422);
    expect((await shop.records()).commands).toMatchObject([{ status: "offered" }]);
  });

  test("an order is repeated on every beat until it is answered, and audited as offered", async () => {
    const shop = await made("hangs");
    const { id, offeredAt } = await ordered(shop);
    passSeconds(15);
    const { commands } = await shop.agent.beat();
    expect(commands).toHaveLength(1);
    const records = await shop.records();
    expect(records.commands).toMatchObject([{ id, status: "offered", offeredAt }]);
    expect(shop.agent.obeyed.map((command) => command.id)).toEqual([id, id]);
  });
});
