import { existsSync, readFileSync } from "node:fs";
import http from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { Payments } from "./payments.mjs";

const VERSION = "1.2.2";
const MAX_ORDER_BYTES = 8 * 1024;
const WEBHOOK_TIMEOUT_MS = 3_000;
const DRAIN_MS = 2_000;

const config = readConfig();
const connections = new http.Agent({ keepAlive: true, maxSockets: 4 });
const payments = new Payments(config, { send, now: Date.now, wait });

/** The shop's receiver is part of the installation and comes with the environment; a configuration file may say otherwise. */
function readConfig() {
  const { PLUGIN_CONFIG, DEMO_PAY_WEBHOOK_URL, DEMO_PAY_WEBHOOK_SECRET } = process.env;
  const configured = existsSync(PLUGIN_CONFIG) ? JSON.parse(readFileSync(PLUGIN_CONFIG, "utf8")) : {};
  return { webhook_url: DEMO_PAY_WEBHOOK_URL, webhook_secret: DEMO_PAY_WEBHOOK_SECRET, ...configured };
}

/** Posts one webhook and answers the receiver's HTTP status; rejects when no answer comes in time. */
function send(url, headers, body) {
  return new Promise((resolve, reject) => {
    const options = { method: "POST", agent: connections, timeout: WEBHOOK_TIMEOUT_MS };
    const request = http.request(url, { ...options, headers: { ...headers, "content-length": Buffer.byteLength(body) } }, (response) => {
      response
        .resume()
        .on("end", () => resolve(response.statusCode))
        .on("error", reject);
    });
    request.on("timeout", () => request.destroy(Object.assign(new Error("no answer in time"), { code: "ETIMEDOUT" })));
    request.on("error", reject).end(body);
  });
}

/** The whole body as text, or null when it is larger than an order may be. */
async function readBody(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > MAX_ORDER_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function answer(response, status, value) {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

async function takeOrder(request, response) {
  const body = await readBody(request);
  if (body === null) return answer(response, 413, { error: "an order is at most 8 KiB" });
  let order;
  try {
    order = JSON.parse(body);
  } catch {
    return answer(response, 400, { error: "the body is not JSON" });
  }
  const taken = payments.takePayment(order);
  return answer(response, taken.status, taken.answer);
}

/** The running code speaks for itself: `version` is the constant of this file, not what lies on disk. */
function health(url, response) {
  const { telemetry, counters, errors } = payments.report();
  const memory_mb = Math.round(process.memoryUsage.rss() / 1024 / 1024);
  const nonce = (url.searchParams.get("nonce") ?? "").slice(0, 128);
  return answer(response, 200, {
    nonce,
    version: VERSION,
    active: config.active !== false,
    telemetry: { ...telemetry, memory_mb },
    counters,
    errors,
  });
}

async function handle(request, response) {
  const url = new URL(request.url, "http://plugin");
  if (request.method === "GET" && url.pathname === "/__health") return health(url, response);
  if (request.method === "POST" && url.pathname === "/orders") return takeOrder(request, response);
  return answer(response, 404, { error: "no such page" });
}

const server = http.createServer((request, response) => {
  handle(request, response).catch((error) => {
    console.error(JSON.stringify({ level: "error", message: error.message }));
    response.destroy();
  });
});

/** Stops taking orders, lets waiting webhooks go out for a moment, and ends. */
async function stop() {
  server.close();
  for (let waitedMs = 0; !payments.isIdle() && waitedMs < DRAIN_MS; waitedMs += 50) await wait(50);
  process.exit(0);
}

process.once("SIGTERM", stop);
process.once("disconnect", stop);
server.listen(Number(process.env.PORT), "127.0.0.1");
