import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { webhookDeliveries } from "@/db/schema/notify";
import { runCommand } from "@/lib/gateway/run-command";
import { LIMITS } from "@/lib/platform/limits";
import { personActor } from "@/test/actors";
import { asGateway, makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { listDeliveries } from "../deliveries/queries-deliveries";
import { listWebhooks, revealWebhookSecret } from "../queries";
import { addWebhook } from "./add-webhook";
import { changeWebhook } from "./change-webhook";
import { removeWebhook } from "./remove-webhook";
import { replayDelivery } from "./replay-delivery";
import { testWebhook } from "./test-webhook";

const actor = personActor();
const forbidden = personActor(["viewer"]);
const url = "https://hooks.shop.test/center";
const add = (input: object, who = actor) => runCommand(addWebhook, { input: { url, ...input }, actor: who, now: new Date() });

fiveCases({
  command: addWebhook,
  arrange: async () => ({ input: { tenantId: (await makeTenant()).id, url, events: ["incident.opened"] }, actor }),
  winners: 2,
  forbidden,
  works: async ({ id, tenant_id }) => {
    expect(await revealWebhookSecret(actor.tenants, id)).toMatch(/^whsec_/);
    const { items } = await listWebhooks({ kind: "set", ids: [tenant_id ?? ""] }, { limit: 10 });
    expect(items).toMatchObject([{ id, url, events: ["incident.opened"] }]);
    expect(JSON.stringify(items)).not.toMatch(/secret|whsec/i);
  },
});
fiveCases({
  command: removeWebhook,
  arrange: async () => ({ input: { webhookId: (await add({ tenantId: (await makeTenant()).id })).id }, actor }),
  winners: 1,
  forbidden,
  works: ({ disabled }) => expect(disabled).toBe(true),
});
const madeId = async () => (await add({ tenantId: (await makeTenant()).id })).id;
fiveCases({
  command: changeWebhook,
  arrange: async () => ({ input: { webhookId: await madeId(), events: ["attempt.failed"], paused: true }, actor }),
  winners: 2,
  forbidden,
  works: ({ events, paused }) => expect([events, paused]).toEqual([["attempt.failed"], true]),
});
fiveCases({
  command: testWebhook,
  arrange: async () => ({ input: { webhookId: await madeId() }, actor }),
  winners: 2,
  forbidden,
  works: async ({ id, webhook_id }) => {
    const { items } = await listDeliveries(actor.tenants, { limit: 10, webhook_id });
    expect(items).toMatchObject([{ id, event: "webhook.test", status: "waiting" }]);
  },
});

test("what is not said of an address stays as it was, and one that was removed is changed and tested no more", async () => {
  const { id: webhookId, events } = await add({ tenantId: (await makeTenant()).id });
  const run = (input: object, command: typeof changeWebhook | typeof testWebhook = changeWebhook) =>
    runCommand(command as typeof changeWebhook, { input: { webhookId, ...input }, actor, now: new Date() });
  expect(await run({ paused: true })).toMatchObject({ events, paused: true });
  expect(await run({ events: ["attempt.failed"] })).toMatchObject({ events: ["attempt.failed"], paused: true });
  expect((await refusalOf(run({ events: ["webhook.test"] }))).kind).toBe("invalid");
  await runCommand(removeWebhook, { input: { webhookId, reason: "the shop has moved" }, actor, now: new Date() });
  for (const command of [changeWebhook, testWebhook]) expect((await refusalOf(run({}, command))).kind).toBe("not-found");
});

test("nothing is sent again to an address that rests: it would be given up at once", async () => {
  const webhookId = await madeId();
  const { id: deliveryId } = await runCommand(testWebhook, { input: { webhookId }, actor, now: new Date(Date.now() + 60_000) });
  const rest = (paused: boolean) => runCommand(changeWebhook, { input: { webhookId, paused }, actor, now: new Date() });
  const replay = () => runCommand(replayDelivery, { input: { deliveryId, reason: "the shop was down" }, actor, now: new Date() });
  await rest(true);
  expect(await replay()).toMatchObject({ status: "waiting" });
  await asGateway((tx) =>
    tx
      .update(webhookDeliveries)
      .set({ event: "incident.opened", nextAttemptAt: new Date(Date.now() + 60_000) })
      .where(eq(webhookDeliveries.id, deliveryId)),
  );
  expect(await refusalOf(replay())).toMatchObject({ kind: "conflict", details: { code: "ERR_ADDRESS_RESTS" } });
  await rest(false);
  expect(await replay()).toMatchObject({ id: deliveryId, status: "waiting", replays: 2 });
});

test("an address of ops is sealed by the platform's own key, also when two come first at once", async () => {
  const [first, second] = await Promise.all([add({}), add({ tenantId: null })]);
  expect(first).toMatchObject({ tenant_id: null });
  expect(await revealWebhookSecret(actor.tenants, first.id)).not.toBe(await revealWebhookSecret(actor.tenants, second.id));
});

test("a tenant_admin adds its own tenant's and neither ops' nor another's; unknown and foreign are alike", async () => {
  const [own, other] = [await makeTenant(), await makeTenant()];
  const admin = personActor(["tenant_admin"], [own.id]);
  const theirs = await add({ tenantId: other.id });
  await expect(add({ tenantId: own.id }, admin)).resolves.toMatchObject({ tenant_id: own.id });
  expect((await refusalOf(add({}, admin))).details.code).toBe("ERR_ALL_TENANTS_NEEDED");
  for (const tenantId of [other.id, randomUUID()]) expect((await refusalOf(add({ tenantId }, admin))).kind).toBe("not-found");
  for (const webhookId of [theirs.id, randomUUID()]) {
    expect((await refusalOf(runCommand(removeWebhook, { input: { webhookId }, actor: admin, now: new Date() }))).kind).toBe("not-found");
  }
  expect((await listWebhooks({ kind: "set", ids: [own.id] }, { limit: 10, tenant_id: other.id })).items).toEqual([]);
});

test.each(["ftp://hooks.shop.test/", "https://user:secret@hooks.shop.test/", "javascript:alert(1)", "/relative"])(
  "%s is no address",
  async (bad) => {
    expect((await refusalOf(add({ url: bad }))).kind).toBe("invalid");
  },
);

test("a tenant has a bounded number of addresses", async () => {
  const { id: tenantId } = await makeTenant();
  for (let count = 0; count < LIMITS.webhooksPerTenant; count += 1) await add({ tenantId });
  expect((await refusalOf(add({ tenantId }))).kind).toBe("conflict");
});
