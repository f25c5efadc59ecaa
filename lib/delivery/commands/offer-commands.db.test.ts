import { beforeAll, expect, test } from "vitest";
import { scopeFor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { LIMITS } from "@/lib/platform/limits";
import { setCalendar } from "@/lib/policy/calendar/commands/set-calendar";
import { startFreeze } from "@/lib/policy/calendar/commands/start-freeze";
import { readAttention } from "@/lib/telemetry/queries";
import { personActor } from "@/test/actors";
import { refusalOf } from "@/test/five-cases";
import { makeShop, OPS, type Shop, setPolicy } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { runWorker } from "@/test/loop/worker";
import { offerCommands } from "./offer-commands";

stopTime();
beforeAll(() => setPolicy({ staging_required: false }));

const attentionTo = (shop: Shop) =>
  readAttention(scopeFor("login"), [shop.agent.id], new Date()).then((found) => found.get(shop.agent.id)?.hasCommands);

test("a command that has run out is none that waits: beats are not made to ask for it", async () => {
  const shop = await makeShop({ behaviours: { "1.2.2": { failShare: 0.6 }, "1.2.3": { onUpdate: "hangs" } } });
  await shop.live(2);
  expect((await shop.records()).commands).toMatchObject([{ status: "offered" }]);
  expect(await attentionTo(shop)).toBe(true);
  passSeconds(LIMITS.commandLifeSeconds);
  expect(await attentionTo(shop)).not.toBe(true);
  await shop.agent.beat();
  const { audit } = await shop.records();
  expect(audit.filter(({ command, outcome }) => command === "command.offer" && outcome === "refused")).toEqual([]);
});

const ALL_DAYS = [0, 1, 2, 3, 4, 5, 6];
const until = () => new Date(Date.now() + 60 * 60 * 1_000).toISOString();
const HOLDS: Readonly<Record<string, (shop: Shop) => Promise<unknown>>> = {
  "the merchant is frozen": ({ tenantId }) => {
    const input = { scope: "tenant", tenantId, endsAt: until(), reason: "sales season" };
    return runCommand(startFreeze, { input, actor: OPS, now: new Date() });
  },
  "its quiet hours have begun": ({ tenantId }) => {
    const input = { tenantId, timeZone: "UTC", windows: [], quiet: [{ days: ALL_DAYS, from: 0, to: 24 }], reason: "it sells" };
    return runCommand(setCalendar, { input, actor: OPS, now: new Date() });
  },
};

/** A shop whose automatic update waits for a beat to fetch it. */
async function waitingShop(): Promise<Shop> {
  const shop = await makeShop();
  await shop.beatAndDecide();
  await runWorker();
  expect((await shop.records()).commands).toMatchObject([{ type: "update", status: "pending" }]);
  return shop;
}

test.each(Object.keys(HOLDS))(
  "%s between an order and the beat that asks for it: the beat gets nothing, and the order is called back",
  async (what) => {
    const shop = await waitingShop();
    await HOLDS[what]?.(shop);
    // No worker has looked since: the last gate alone holds it.
    await shop.agent.beat();
    expect(shop.agent.received).toEqual([]);
    expect((await shop.records()).commands).toMatchObject([{ status: "pending" }]);
    await shop.live(1);
    expect(await shop.attempt()).toMatchObject({ status: "cancelled" });
    expect(shop.agent.received).toEqual([]);
  },
);

test("who may not ask is audited as ever", async () => {
  const shop = await makeShop();
  const input = { tenantId: shop.tenantId, pluginId: shop.agent.id };
  const actor = personActor(["operator"], [shop.tenantId]);
  expect((await refusalOf(runCommand(offerCommands, { input, actor, now: new Date() }))).kind).toBe("forbidden");
  const { audit } = await shop.records();
  expect(audit.filter(({ command, outcome }) => command === "command.offer" && outcome === "refused")).toHaveLength(1);
});
