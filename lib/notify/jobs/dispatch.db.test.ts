import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { and, asc, eq } from "drizzle-orm";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { webhookDeliveries } from "@/db/schema/notify";
import { scopeFor } from "@/lib/access/system-actor";
import { tellTampering } from "@/lib/audit/jobs/tell-tampering";
import { runCommand } from "@/lib/gateway/run-command";
import { notifyAgain } from "@/lib/incidents/commands/notify-again";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { throwSwitch } from "@/lib/policy/commands/throw-switch";
import { makeIncident, makePlugin, makeTenant } from "@/test/factories";
import { makeShop, OPS, setPolicy } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { runNotifier } from "@/test/loop/worker";
import { addWebhook } from "../commands/add-webhook";
import { changeWebhook } from "../commands/change-webhook";
import { removeWebhook } from "../commands/remove-webhook";
import { testWebhook } from "../commands/test-webhook";
import { revealWebhookSecret } from "../queries";

/** What one path of the receiver got, and how it answers. */
interface Mailbox {
  answer: number;
  readonly got: { readonly headers: Record<string, string>; readonly body: string }[];
}
const mailboxes = new Map<string, Mailbox>();
/** Answers that a test holds back: those of mailboxes whose answer is 0. */
const unanswered: (() => unknown)[] = [];
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const mailbox = mailboxes.get(request.url ?? "");
    mailbox?.got.push({ headers: request.headers as Record<string, string>, body: Buffer.concat(chunks).toString("utf8") });
    const answer = () => response.writeHead(mailbox?.answer ?? 404).end();
    if (mailbox?.answer === 0) unanswered.push(answer);
    else answer();
  });
});
let base: string;

// Only this machine's own loopback is within reach, as in the demo; read once, at the first call.
process.env.OUTBOUND_ALLOW = "127.0.0.1/32";
stopTime();
beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  await setPolicy({ staging_required: false });
});
afterAll(() => {
  receiver.close();
});
// What a test before left unsent is not this one's.
beforeEach(async () => {
  while ((await runNotifier()) > 0) passSeconds(LIMITS.outboundUrgentRetrySeconds);
});

interface Address {
  readonly id: string;
  readonly tenantId: string;
  readonly box: Mailbox;
}

/** A tenant's own address, or ops' (tenantId null), with a mailbox behind it. */
async function addressOf(tenantId: string | null, options: { url?: string; events?: string[]; answer?: number } = {}): Promise<Address> {
  const path = `/box-${mailboxes.size}`;
  const box: Mailbox = { answer: options.answer ?? 200, got: [] };
  mailboxes.set(path, box);
  const input = { tenantId, url: options.url ?? `${base}${path}`, ...(options.events ? { events: options.events } : {}) };
  const { id } = await runCommand(addWebhook, { input, actor: OPS, now: new Date() });
  return { id, tenantId: tenantId ?? PLATFORM_TENANT, box };
}
function deliveriesTo({ id, tenantId }: Address) {
  const key = and(eq(webhookDeliveries.tenantId, tenantId), eq(webhookDeliveries.endpointId, id));
  return read(scopeFor("operate"), (tx) => tx.select().from(webhookDeliveries).where(key).orderBy(asc(webhookDeliveries.createdAt)));
}
async function sickShop() {
  const tenant = await makeTenant("Atlas <img src=x>");
  return { tenantId: tenant.id, incident: await makeIncident(await makePlugin(tenant.id)) };
}
const tell = (incidentId: string) => runCommand(notifyAgain, { input: { incidentId, reason: "again" }, actor: OPS, now: new Date() });
const safeMode = (tenantId: string) =>
  runCommand(throwSwitch, {
    input: { name: "safe_mode", scope: "tenant", tenantId, on: true, reason: "test" },
    actor: OPS,
    now: new Date(),
  });

describe("an event becomes messages", () => {
  test("signed by Standard Webhooks, to ops and to its own tenant, and to nobody else", async () => {
    const [shop, other] = [await sickShop(), await sickShop()];
    const addresses = { ops: await addressOf(null), own: await addressOf(shop.tenantId), other: await addressOf(other.tenantId) };
    await tell(shop.incident.id);
    await runNotifier();
    expect(addresses.other.box.got).toEqual([]);
    for (const address of [addresses.ops, addresses.own]) {
      const [message, ...more] = address.box.got;
      expect(more).toEqual([]);
      const secret = await revealWebhookSecret(OPS.tenants, address.id);
      const verified = new Webhook(secret).verify(message?.body ?? "", message?.headers ?? {});
      expect(verified).toMatchObject({
        type: "incident.opened",
        data: { tenant_id: shop.tenantId, incident_id: shop.incident.id, text: { en: expect.any(String), fr: expect.any(String) } },
      });
      const foreign = await revealWebhookSecret(OPS.tenants, addresses.other.id);
      expect(() => new Webhook(foreign).verify(message?.body ?? "", message?.headers ?? {})).toThrow();
      expect(await deliveriesTo(address)).toMatchObject([{ status: "delivered", attempts: 1, lastStatus: 200 }]);
    }
  });

  test("of a tampered audit log, to ops alone", async () => {
    const shop = await sickShop();
    const addresses = { ops: await addressOf(null, { events: ["audit.tampered"] }), own: await addressOf(shop.tenantId) };
    const problem = { index: 7, kind: "altered" as const, before: null, detail: "Entry 7 is not what was sealed" };
    await tellTampering(problem, new Date());
    await runNotifier();
    const told = addresses.ops.box.got.map(({ body }) => JSON.parse(body));
    expect(told).toMatchObject([{ type: "audit.tampered", data: { first_bad_index: 7, kind: "altered" } }]);
    expect(addresses.own.box.got).toEqual([]);
  });

  test("only what an address asked for", async () => {
    const shop = await sickShop();
    const address = await addressOf(shop.tenantId, { events: ["attempt.success"] });
    await tell(shop.incident.id);
    await runNotifier();
    expect(await deliveriesTo(address)).toEqual([]);
  });

  test("once, though several workers are at it", async () => {
    const shop = await sickShop();
    const address = await addressOf(shop.tenantId);
    for (let count = 0; count < 5; count += 1) await tell(shop.incident.id);
    await Promise.all(["one", "two", "three"].map((name) => runNotifier(`worker:${name}`)));
    await runNotifier();
    const deliveries = await deliveriesTo(address);
    expect(deliveries).toHaveLength(5);
    for (const delivery of deliveries) expect(delivery).toMatchObject({ status: "delivered", attempts: 1 });
    expect(new Set(address.box.got.map(({ headers }) => headers["webhook-id"])).size).toBe(5);
    expect(address.box.got).toHaveLength(5);
  });

  test("a rollback reaches its operator at once, with why", async () => {
    const shop = await makeShop({ behaviours: { "1.2.2": { failShare: 0.6 }, "1.2.3": { failShare: 1 } } });
    const address = await addressOf(shop.tenantId, { events: ["attempt.rolled_back", "incident.escalated"] });
    await shop.until("rolled back", ({ attempts }) => attempts[0]?.status === "rolled_back");
    await runNotifier();
    const told = address.box.got.map(({ body }) => JSON.parse(body));
    expect(told.map(({ type }) => type).sort()).toEqual(["attempt.rolled_back", "incident.escalated"]);
    const rolledBack = told.find(({ type }) => type === "attempt.rolled_back");
    expect(rolledBack.data).toMatchObject({ from_version: "1.2.2", to_version: "1.2.3", reason: expect.any(String) });
    expect((await deliveriesTo(address)).find(({ event }) => event === "attempt.rolled_back")).toMatchObject({ isUrgent: true });
  });
});

describe("a receiver that is away", () => {
  test("is tried again by the schedule with the same bytes and id, and is a dead letter in the end", async () => {
    const shop = await sickShop();
    const address = await addressOf(shop.tenantId, { answer: 503 });
    await tell(shop.incident.id);
    await runNotifier();
    for (const [index, seconds] of LIMITS.outboundRetrySeconds.entries()) {
      expect(address.box.got).toHaveLength(index + 1);
      passSeconds(seconds - 1);
      await runNotifier();
      expect(address.box.got).toHaveLength(index + 1);
      passSeconds(1);
      await runNotifier();
    }
    const tries = LIMITS.outboundRetrySeconds.length + 1;
    expect(address.box.got).toHaveLength(tries);
    expect(new Set(address.box.got.map(({ body, headers }) => `${headers["webhook-id"]} ${body}`)).size).toBe(1);
    expect(new Set(address.box.got.map(({ headers }) => headers["webhook-signature"])).size).toBe(tries);
    expect(await deliveriesTo(address)).toMatchObject([
      { status: "dead", attempts: tries, lastStatus: 503, lastError: "the receiver answered 503", nextAttemptAt: null },
    ]);
    passSeconds(10 * 24 * 60 * 60);
    await runNotifier();
    expect(address.box.got).toHaveLength(tries);
  });

  test("hears of a switch every five seconds for a minute, before it is treated like any other", async () => {
    const { tenantId } = await sickShop();
    const address = await addressOf(tenantId, { answer: 500, events: ["switch.changed"] });
    await safeMode(tenantId);
    await runNotifier();
    for (let count = 0; count < LIMITS.outboundUrgentRetries; count += 1) {
      passSeconds(LIMITS.outboundUrgentRetrySeconds);
      await runNotifier();
    }
    expect(address.box.got).toHaveLength(1 + LIMITS.outboundUrgentRetries);
    const [row] = await deliveriesTo(address);
    expect(row).toMatchObject({ isUrgent: true, status: "waiting" });
    expect(row?.nextAttemptAt?.getTime()).toBe(Date.now() + LIMITS.outboundRetrySeconds[0] * 1_000);
    address.box.answer = 204;
    passSeconds(LIMITS.outboundRetrySeconds[0]);
    await runNotifier();
    expect(await deliveriesTo(address)).toMatchObject([{ status: "delivered", lastStatus: 204, lastError: null }]);
  });

  test("and says that it is gone (410) is never tried again", async () => {
    const shop = await sickShop();
    const address = await addressOf(shop.tenantId, { answer: 410 });
    await tell(shop.incident.id);
    await runNotifier();
    expect(await deliveriesTo(address)).toMatchObject([{ status: "dead", attempts: 1, lastStatus: 410 }]);
  });

  test("a redirect is not followed", async () => {
    const shop = await sickShop();
    const address = await addressOf(shop.tenantId, { answer: 302 });
    await tell(shop.incident.id);
    await runNotifier();
    expect(await deliveriesTo(address)).toMatchObject([{ status: "waiting", lastStatus: 302 }]);
    expect(address.box.got).toHaveLength(1);
  });

  test("does not hold up others", async () => {
    const shop = await sickShop();
    await addressOf(shop.tenantId, { url: "http://127.0.0.1:1/" });
    const address = await addressOf(shop.tenantId);
    await tell(shop.incident.id);
    await runNotifier();
    expect(address.box.got).toHaveLength(1);
  });

  test("holds its own slots and nobody else's, however much waits for it", async () => {
    const [dead, other] = [await sickShop(), await sickShop()];
    const away = [
      await addressOf(dead.tenantId, { answer: 0 }),
      await addressOf(dead.tenantId, { answer: 0 }),
      await addressOf(dead.tenantId, { answer: 0 }),
    ];
    const own = await addressOf(other.tenantId);
    for (let count = 0; count < LIMITS.deliveriesAtOnce; count += 1) await tell(dead.incident.id);
    await tell(other.incident.id);
    const round = runNotifier();
    const underWay = () => away.reduce((sum, { box }) => sum + box.got.length, 0);
    await vi.waitFor(() => expect([own.box.got.length, underWay()]).toEqual([1, LIMITS.deliveriesAtOncePerTenant]), { timeout: 5_000 });
    // Nobody was answered so far: what is under way is all there will be.
    expect(away.map(({ box }) => box.got.length <= LIMITS.deliveriesAtOncePerEndpoint)).toEqual([true, true, true]);
    for (const { box } of away) box.answer = 200;
    for (const answer of unanswered.splice(0)) answer();
    await round;
    // A round ends after its time, with whatever waits left to the next.
    let tried = 1;
    while (tried > 0) tried = await runNotifier();
    expect(away.map(({ box }) => box.got.length)).toEqual(Array.from(away, () => LIMITS.deliveriesAtOnce));
  });

  test("and is removed meanwhile hears of nothing any more", async () => {
    const shop = await sickShop();
    const address = await addressOf(shop.tenantId, { answer: 503 });
    await tell(shop.incident.id);
    await runNotifier();
    await runCommand(removeWebhook, { input: { webhookId: address.id }, actor: OPS, now: new Date() });
    passSeconds(LIMITS.outboundRetrySeconds[0]);
    await runNotifier();
    expect(address.box.got).toHaveLength(1);
    expect(await deliveriesTo(address)).toMatchObject([{ status: "dead", lastError: "the address was removed" }]);
  });

  test("and rests hears of nothing but the test that its keeper asked for", async () => {
    const shop = await sickShop();
    const address = await addressOf(shop.tenantId);
    const input = { webhookId: address.id };
    await runCommand(changeWebhook, { input: { ...input, paused: true }, actor: OPS, now: new Date() });
    await tell(shop.incident.id);
    await runCommand(testWebhook, { input, actor: OPS, now: new Date() });
    await runNotifier();
    expect(address.box.got.map(({ body }) => JSON.parse(body).type)).toEqual(["webhook.test"]);
    expect(await deliveriesTo(address)).toMatchObject([{ event: "webhook.test", status: "delivered" }]);
  });
});

describe("an address inside somebody's network", () => {
  test.each([
    ["http://169.254.169.254/latest/meta-data/", "address: the address is metadata"],
    ["http://10.0.0.7/", "address: the address is private"],
    ["https://[::1]/", "address: the address is loopback"],
    ["http://127.0.0.2:8080/", "address: the address is loopback"],
    ["http://93.184.216.34/", "scheme: only https is called on public addresses"],
    ["https://93.184.216.34:5432/", "port: port 5432 is not called on public addresses"],
  ])("%s is not called, and the refusal is on record", async (url, lastError) => {
    const shop = await sickShop();
    const address = await addressOf(shop.tenantId, { url });
    await tell(shop.incident.id);
    await runNotifier();
    expect(await deliveriesTo(address)).toMatchObject([{ attempts: 1, lastStatus: null, lastError }]);
  });
});
