import { beforeAll, expect, test } from "vitest";
import { scopeFor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { LIMITS } from "@/lib/platform/limits";
import { readAttention } from "@/lib/telemetry/queries";
import { personActor } from "@/test/actors";
import { refusalOf } from "@/test/five-cases";
import { makeShop, type Shop, setPolicy } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
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

test("who may not ask is audited as ever", async () => {
  const shop = await makeShop();
  const input = { tenantId: shop.tenantId, pluginId: shop.agent.id };
  const actor = personActor(["operator"], [shop.tenantId]);
  expect((await refusalOf(runCommand(offerCommands, { input, actor, now: new Date() }))).kind).toBe("forbidden");
  const { audit } = await shop.records();
  expect(audit.filter(({ command, outcome }) => command === "command.offer" && outcome === "refused")).toHaveLength(1);
});
