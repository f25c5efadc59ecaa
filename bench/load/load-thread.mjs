/** The thread that makes load, so that reading clocks and /proc elsewhere does not disturb it. Its orders come as workerData. */
import { setTimeout as wait } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { KeepAliveClient } from "./keep-alive-client.mjs";
import { beatWriter } from "./sign-beats.mjs";

const TICK_MS = 4;
/** Requests that find no free connection wait; more than this many seconds of them are given up, as a sender's own patience would. */
const PATIENCE_MS = 10_000;

/** @type {import("./run-load.mjs").LoadOrder} */
const order = workerData;
const writer = beatWriter(order.plugins, order);
const write = order.linesPerRequest > 0 ? () => writer.batch(order.linesPerRequest) : () => writer.single();
/** @type {number[]} */
const latencies = [];
/** @type {Record<string, number>} */
const statuses = {};
let beats = 0;
let requests = 0;

const count = (/** @type {string | number} */ status) => {
  statuses[status] = (statuses[status] ?? 0) + 1;
};

/** A batch answers 200 as a whole; what became of each line stands in its own line. @param {string} body */
function stored(body) {
  if (order.linesPerRequest === 0) return 1;
  const good = body.match(/"status":200/g)?.length ?? 0;
  const bad = /"status":(?!200)(\d{3})/.exec(body);
  if (bad) count(`line ${bad[1]}`);
  return good;
}

/** @param {KeepAliveClient} client @param {number} dueMs when a sender wanted to send it: waiting for a connection counts */
async function exchange(client, dueMs) {
  requests += 1;
  try {
    const { status, body } = await client.send(write());
    count(status);
    if (status !== 200) return status;
    latencies.push(performance.now() - dueMs);
    beats += stored(body);
    return status;
  } catch {
    count("broken");
    return 0;
  }
}

/** As many requests as there are answers: each client sends its next one when the last was answered. */
async function closedLoop() {
  const until = performance.now() + order.seconds * 1_000;
  const isDone = () => performance.now() >= until || (order.requests > 0 && requests >= order.requests);
  const clients = Array.from({ length: order.clients }, () => new KeepAliveClient(order.port));
  await Promise.all(
    clients.map(async (client) => {
      while (!isDone()) {
        const status = await exchange(client, performance.now());
        if (status === 0 || status === 503) await wait(50);
      }
      client.close();
    }),
  );
}

/** A fixed rate, whatever the answers do: what is due and finds no free connection waits, and its waiting is counted. */
async function openLoop() {
  const clients = Array.from({ length: order.clients }, () => new KeepAliveClient(order.port));
  /** @type {KeepAliveClient[]} */
  const idle = [...clients];
  /** @type {number[]} */
  let waiting = [];
  const pump = () => {
    while (waiting.length > 0 && idle.length > 0) {
      const dueMs = /** @type {number} */ (waiting.shift());
      const client = /** @type {KeepAliveClient} */ (idle.pop());
      if (performance.now() - dueMs > PATIENCE_MS) {
        count("given up");
        idle.push(client);
        continue;
      }
      void exchange(client, dueMs).then(() => {
        idle.push(client);
        pump();
      });
    }
  };
  const startedMs = performance.now();
  let sent = 0;
  for (;;) {
    const elapsedMs = performance.now() - startedMs;
    if (elapsedMs >= order.seconds * 1_000) break;
    for (const due = Math.floor((elapsedMs / 1_000) * order.ratePerSecond); sent < due; sent += 1) waiting.push(performance.now());
    pump();
    await wait(TICK_MS);
  }
  statuses.unsent = waiting.length;
  waiting = [];
  for (const client of clients) client.close();
}

const startedMs = performance.now();
await (order.ratePerSecond > 0 ? openLoop() : closedLoop());
parentPort?.postMessage({ seconds: (performance.now() - startedMs) / 1_000, requests, beats, statuses, latencies });
