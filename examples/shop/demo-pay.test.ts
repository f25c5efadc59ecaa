import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { orderSequence } from "./fleet/order-sequence.mjs";
import { placeOrder } from "./fleet/traffic-driver.mjs";
import { startWebhookReceiver, type WebhookReceiver } from "./fleet/webhook-receiver.mjs";

const SECRET = "demo-secret";
const VERSIONS = ["1.2.1", "1.2.2", "1.2.3", "1.2.4", "1.2.5"];
/** Conditions of real processes: looked at often, given up late. */
const PATIENTLY = { timeout: 12_000, interval: 25 };

interface Health {
  nonce: string;
  version: string;
  active: boolean;
  telemetry: Record<string, number>;
  counters: { webhooks_sent: number; webhooks_failed: number; errors_total: number };
  errors: { code: string; fingerprint: string; count: number }[];
}

const folder = mkdtempSync(path.join(tmpdir(), "demo-pay-"));
const connections = new Agent({ keepAlive: true, maxSockets: 4 });
const children: ChildProcess[] = [];
let receiver: WebhookReceiver;

beforeEach(async () => {
  receiver = await startWebhookReceiver(
    0,
    new Map([
      ["atlas", { secret: SECRET, periodSeconds: 10 }],
      ["swift", { secret: SECRET, periodSeconds: 1 }],
    ]),
  );
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  receiver.close();
});
afterAll(() => {
  connections.destroy();
  rmSync(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** Starts a version as its agent would: its own folder, PORT and PLUGIN_CONFIG. */
async function startPlugin(version: string, change: Record<string, unknown> = {}, slug = "atlas") {
  const port = await freePort();
  const config = { webhook_url: `http://127.0.0.1:${receiver.port}/shops/${slug}/webhooks`, webhook_secret: SECRET, ...change };
  const file = path.join(folder, `${port}.json`);
  writeFileSync(file, JSON.stringify(config));
  const cwd = path.join(import.meta.dirname, "demo-pay", version);
  const env = { PATH: process.env.PATH, PORT: String(port), PLUGIN_CONFIG: file, NODE_ENV: "test" as const };
  const child = spawn(process.execPath, ["--max-old-space-size=48", path.join(cwd, "server.mjs")], {
    cwd,
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  children.push(child);
  const errors: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
  return { child, port, stderr: () => Buffer.concat(errors).toString() };
}

async function healthOf(port: number): Promise<Health> {
  const answer = await fetch(`http://127.0.0.1:${port}/__health?nonce=n-1`);
  return (await answer.json()) as Health;
}

/** Lets that many orders of the demo's customers be paid, and waits until each webhook came to an end. */
async function sendOrders(port: number, count: number): Promise<Health> {
  const before = (await healthOf(port)).counters.webhooks_sent;
  const orders = orderSequence("atlas", `t${before}`);
  for (let placed = 0; placed < count; placed += 1) {
    expect(await placeOrder(port, orders.next().value.order, connections)).toBe(201);
  }
  return vi.waitFor(async () => {
    const health = await healthOf(port);
    expect(health.counters.webhooks_sent).toBe(before + count);
    return health;
  }, PATIENTLY);
}

async function startHealthy(version: string, change?: Record<string, unknown>, slug?: string): Promise<number> {
  const { port } = await startPlugin(version, change, slug);
  await vi.waitFor(() => healthOf(port), PATIENTLY);
  return port;
}

describe("under the demo's customers, over real HTTP", () => {
  test.each([
    ["1.2.1", 0, 0],
    ["1.2.2", 0.5, 0.7],
    ["1.2.3", 0, 0],
    ["1.2.4", 0, 0],
    ["1.2.5", 0, 0],
  ])("%s fails between %d and %d of its webhooks at first", async (version, least, most) => {
    const port = await startHealthy(version);
    const { counters, telemetry, errors } = await sendOrders(port, 200);
    const share = counters.webhooks_failed / counters.webhooks_sent;
    expect(share).toBeGreaterThanOrEqual(least);
    expect(share).toBeLessThanOrEqual(most);
    // What the plugin says of itself is what the shop's receiver saw.
    expect(receiver.counts("atlas")).toEqual({ accepted: 200 - counters.webhooks_failed, rejected: counters.webhooks_failed });
    expect(telemetry).toMatchObject({ errors_last_24h: counters.webhooks_failed, queue_depth: 0 });
    expect(errors.map(({ code, count }) => [code, count])).toEqual(share > 0 ? [["ERR_WEBHOOK_REJECTED", counters.webhooks_failed]] : []);
  });

  test("1.2.5 works at first, and fails nearly all webhooks once its cached key is out of date", async () => {
    const port = await startHealthy("1.2.5", { signing_period_s: 1 }, "swift");
    expect((await sendOrders(port, 5)).counters.webhooks_failed).toBe(0);
    await vi.waitFor(async () => expect((await sendOrders(port, 1)).counters.webhooks_failed).toBeGreaterThan(0), PATIENTLY);
    const before = (await healthOf(port)).counters;
    const after = (await sendOrders(port, 50)).counters;
    expect(after.webhooks_failed - before.webhooks_failed).toBe(50);
  });

  test("1.2.3 outlives many changes of the key", async () => {
    const port = await startHealthy("1.2.3", { signing_period_s: 1 }, "swift");
    const start = Date.now();
    await vi.waitFor(async () => {
      expect((await sendOrders(port, 5)).counters.webhooks_failed).toBe(0);
      expect(Date.now() - start).toBeGreaterThan(2_500);
    }, PATIENTLY);
  });
});

describe("at boot", () => {
  const formats = ["plain", "european", "english", "swiss"];

  test.each(formats)("1.2.4 with currency_format %s", async (currency_format) => {
    const { child, port, stderr } = await startPlugin("1.2.4", { currency_format });
    if (currency_format === "swiss") {
      await vi.waitFor(() => expect(child.exitCode).toBe(1), PATIENTLY);
      expect(stderr()).toContain("amountFormatter");
      await expect(healthOf(port)).rejects.toThrow();
    } else {
      expect(await vi.waitFor(() => healthOf(port), PATIENTLY)).toMatchObject({ version: "1.2.4", active: true });
    }
  });

  test.each(VERSIONS.filter((version) => version !== "1.2.4"))("%s boots for Swiss shops", async (version) => {
    const port = await startHealthy(version, { currency_format: "swiss" });
    expect(await healthOf(port)).toMatchObject({ nonce: "n-1", version, active: true });
  });
});

describe.each(VERSIONS)("%s", (version) => {
  test("passes its own smoke tests and says so in one line", async () => {
    const child = spawn(process.execPath, [path.join(import.meta.dirname, "demo-pay", version, "smoke.mjs")], {
      env: { NODE_ENV: "test" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const output: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    expect(await once(child, "close")).toEqual([0, null]);
    expect(JSON.parse(Buffer.concat(output).toString())).toMatchObject({ version, failed: 0, passed: 4 });
  });
});

describe("any version", () => {
  const connect = (port: number, body: string) => fetch(`http://127.0.0.1:${port}/orders`, { method: "POST", body });
  const order = { order_id: "o-1", amount_minor: 1999, currency: "EUR" };

  test("answers bad orders with a reason, and a repeated one with the same payment", async () => {
    const port = await startHealthy("1.2.3");
    const statuses: [string, number][] = [
      ["{", 400],
      ["[]", 422],
      ["null", 422],
      [JSON.stringify({ ...order, amount_minor: 0 }), 422],
      [JSON.stringify({ ...order, amount_minor: 1.5 }), 422],
      [JSON.stringify({ ...order, currency: "XXX" }), 422],
      [JSON.stringify({ ...order, order_id: "../x" }), 422],
      ["x".repeat(9_000), 413],
      [JSON.stringify(order), 201],
      [JSON.stringify(order), 200],
    ];
    for (const [body, status] of statuses)
      expect([body.slice(0, 60), (await connect(port, body)).status]).toEqual([body.slice(0, 60), status]);
    expect((await fetch(`http://127.0.0.1:${port}/elsewhere`)).status).toBe(404);
  });

  test("counts a webhook that nobody takes as failed, after its retries", async () => {
    const port = await startHealthy("1.2.3", { webhook_url: `http://127.0.0.1:${await freePort()}/` });
    const { counters, errors } = await sendOrders(port, 1);
    expect(counters).toEqual({ webhooks_sent: 1, webhooks_failed: 1, errors_total: 1 });
    expect(errors).toMatchObject([{ code: "ERR_WEBHOOK_UNREACHABLE", count: 1 }]);
  });

  test("ends on SIGTERM with 0, after its waiting webhooks went out", async () => {
    const { child, port } = await startPlugin("1.2.3");
    await vi.waitFor(() => healthOf(port), PATIENTLY);
    expect((await connect(port, JSON.stringify(order))).status).toBe(201);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(receiver.counts("atlas")).toEqual({ accepted: 1, rejected: 0 });
  });
});
