import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "@/lib/gateway/run-command";
import { notifyAgain } from "@/lib/incidents/commands/notify-again";
import { LIMITS } from "@/lib/platform/limits";
import { personActor } from "@/test/actors";
import { makeIncident, makePlugin, makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { OPS } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { runNotifier } from "@/test/loop/worker";
import { addWebhook } from "../commands/add-webhook";
import { removeWebhook } from "../commands/remove-webhook";
import { replayDelivery } from "../commands/replay-delivery";
import { rotateWebhookSecret } from "../commands/rotate-webhook-secret";
import { revealWebhookSecret } from "../queries";
import { listDeliveries, readDelivery } from "./queries-deliveries";

process.env.OUTBOUND_ALLOW = "127.0.0.1/32";
stopTime();

interface Got {
  readonly headers: Record<string, string>;
  readonly body: string;
}
const got: Got[] = [];
let answer = 200;
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    got.push({ headers: request.headers as Record<string, string>, body: Buffer.concat(chunks).toString("utf8") });
    response.writeHead(answer).end();
  });
});
beforeAll(() => new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve)));
afterAll(() => {
  receiver.close();
});

const reason = "the receiver had lost it";
/** A merchant with an address, to which one message was sent. */
async function told() {
  const { id: tenantId } = await makeTenant();
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/secret-path`;
  const webhook = await runCommand(addWebhook, { input: { tenantId, url }, actor: OPS, now: new Date() });
  const incident = await makeIncident(await makePlugin(tenantId));
  const tell = () => runCommand(notifyAgain, { input: { incidentId: incident.id, reason }, actor: OPS, now: new Date() });
  await tell();
  await runNotifier();
  const scope = { kind: "set", ids: [tenantId] } as const;
  const read = async () => (await listDeliveries(scope, { limit: 10 })).items;
  const [item] = await read();
  if (!item) throw new Error("nothing was sent");
  return { tenantId, webhook, incident, id: item.id, scope, read, tell };
}
const replay = (deliveryId: string, actor = OPS) => runCommand(replayDelivery, { input: { deliveryId, reason }, actor, now: new Date() });

fiveCases({
  command: replayDelivery,
  arrange: async () => ({ input: { deliveryId: (await told()).id, reason }, actor: OPS }),
  winners: 1,
  forbidden: personActor(["viewer"]),
  invalid: (input) => ({ ...(input as object), reason: "short" }),
  works: ({ status, replays }) => expect([status, replays]).toEqual(["waiting", 1]),
});
fiveCases({
  command: rotateWebhookSecret,
  arrange: async () => ({ input: { webhookId: (await told()).webhook.id }, actor: OPS }),
  winners: 2,
  forbidden: personActor(["viewer"]),
});

describe("the delivery log", () => {
  test("shows the host and the exact text, and neither the path nor a signature", async () => {
    const { id, scope, incident, read } = await told();
    const [item] = await read();
    expect(item).toMatchObject({ event: "incident.opened", channel: "webhook", status: "delivered", attempts: 1, last_status: 200 });
    expect(item?.to).toMatch(/^127\.0\.0\.1:\d+$/);
    const shown = await readDelivery(scope, id);
    expect(shown).toMatchObject({ incident_id: incident.id, body: got.at(-1)?.body, headers: { "webhook-id": `msg_${id}` } });
    expect(shown?.headers).toMatchObject({ "webhook-timestamp": got.at(-1)?.headers["webhook-timestamp"] });
    const text = JSON.stringify([item, shown]);
    expect(text).not.toContain("secret-path");
    expect(text).not.toContain(got.at(-1)?.headers["webhook-signature"] ?? "v1,");
  });

  test.each([
    [{ status: ["delivered" as const] }, 1],
    [{ status: ["dead" as const, "waiting" as const] }, 0],
    [{ event: ["incident.opened" as const] }, 1],
    [{ event: ["switch.changed" as const] }, 0],
    [{ channel: "email" as const }, 0],
    [{ to: "127.0.0.1" }, 1],
    [{ to: "secret-path" }, 0],
    [{ to: "%" }, 0],
    [{ webhook_id: randomUUID() }, 0],
  ])("filtered by %j has %i", async (query, count) => {
    const { scope } = await told();
    expect((await listDeliveries(scope, { limit: 10, ...query })).items).toHaveLength(count);
  });

  test("is read page by page, newest first", async () => {
    const { scope, tell, read } = await told();
    for (let count = 0; count < 4; count += 1) {
      passSeconds(1);
      await tell();
      await runNotifier();
    }
    const all = (await read()).map(({ id }) => id);
    const seen: string[] = [];
    for (let cursor: { at: Date; id: string } | undefined; ; ) {
      const page = await listDeliveries(scope, { limit: 2, cursor });
      seen.push(...page.items.map(({ id }) => id));
      const last = page.items.at(-1);
      if (page.next_cursor === null || !last) break;
      cursor = { at: new Date(last.created_at), id: last.id };
    }
    expect(seen).toEqual(all);
    expect(seen).toHaveLength(5);
  });

  test("of another merchant does not exist", async () => {
    const [own, other] = [await told(), await told()];
    expect(await readDelivery(own.scope, other.id)).toBeNull();
    const boss = personActor(["tenant_admin"], [own.tenantId]);
    for (const id of [other.id, randomUUID()]) expect((await refusalOf(replay(id, boss))).kind).toBe("not-found");
    await expect(replay(own.id, boss)).resolves.toMatchObject({ status: "waiting" });
  });
});

describe("a message sent again", () => {
  test("is the same message: same id, same bytes, and counted", async () => {
    const { id, read } = await told();
    const mine = () => got.filter(({ headers }) => headers["webhook-id"] === `msg_${id}`);
    passSeconds(60);
    await replay(id);
    await runNotifier();
    const [first, again, ...more] = mine();
    expect(more).toEqual([]);
    expect(again?.body).toBe(first?.body);
    expect(await read()).toMatchObject([{ status: "delivered", attempts: 2, replays: 1 }]);
  });

  test("begins its schedule anew, though its tries were used up", async () => {
    const shop = await told();
    answer = 503;
    passSeconds(1);
    await shop.tell();
    await runNotifier();
    for (const seconds of LIMITS.outboundRetrySeconds) {
      passSeconds(seconds);
      await runNotifier();
    }
    const [dead] = await shop.read();
    expect(dead).toMatchObject({ status: "dead", attempts: LIMITS.outboundRetrySeconds.length + 1 });
    await replay(dead?.id ?? "");
    await runNotifier();
    expect(await shop.read()).toMatchObject([{ status: "waiting", attempts: LIMITS.outboundRetrySeconds.length + 2 }, {}]);
    answer = 200;
    passSeconds(LIMITS.outboundRetrySeconds[0]);
    await runNotifier();
    expect(await shop.read()).toMatchObject([{ status: "delivered", replays: 1 }, {}]);
  });

  test("is refused while it is on its way, and once its address is gone", async () => {
    const { id, webhook } = await told();
    await replay(id);
    expect((await refusalOf(replay(id))).kind).toBe("conflict");
    await runNotifier();
    await runCommand(removeWebhook, { input: { webhookId: webhook.id }, actor: OPS, now: new Date() });
    expect((await refusalOf(replay(id))).kind).toBe("conflict");
  });
});

test("a secret that rotates signs along for a day: the receiver may change over when it likes", async () => {
  const { webhook, scope, tell } = await told();
  const old = await revealWebhookSecret(scope, webhook.id);
  await runCommand(rotateWebhookSecret, { input: { webhookId: webhook.id }, actor: OPS, now: new Date() });
  const fresh = await revealWebhookSecret(scope, webhook.id);
  expect(fresh).not.toBe(old);
  const verify = (secret: string) => new Webhook(secret).verify(got.at(-1)?.body ?? "", got.at(-1)?.headers ?? {});
  await tell();
  await runNotifier();
  for (const secret of [old, fresh]) expect(verify(secret)).toMatchObject({ type: "incident.opened" });
  passSeconds(LIMITS.secretOverlapSeconds);
  await tell();
  await runNotifier();
  expect(got.at(-1)?.headers["webhook-signature"]?.split(" ")).toHaveLength(1);
  expect(() => verify(old)).toThrow();
});
