import http from "node:http";
import { orderSequence } from "./order-sequence.mjs";

const ORDER_TIMEOUT_MS = 3_000;
const MAX_IN_FLIGHT = 4;

/** Posts one order to a plugin and answers its HTTP status; rejects when the plugin is down or silent. */
export function placeOrder(port, order, agent) {
  const body = JSON.stringify(order);
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const options = { host: "127.0.0.1", port, path: "/orders", method: "POST", headers, agent, timeout: ORDER_TIMEOUT_MS };
    const request = http.request(options, (response) => {
      response
        .resume()
        .on("end", () => resolve(response.statusCode))
        .on("error", reject);
    });
    request.on("timeout", () => request.destroy(new Error("no answer in time")));
    request.on("error", reject).end(body);
  });
}

/**
 * Lets the customers of one shop order, for ever, whether its plugin is up or not.
 * @param {{ slug: string, port: number, ordersPerSecond: number }} shop mean rate; a slow plugin gets at most 4 orders at a time
 * @returns {{ counts: { placed: number, paid: number, failed: number }, stop: () => void }} failed: refused, or nobody answered
 */
export function startTraffic({ slug, port, ordersPerSecond }) {
  const counts = { placed: 0, paid: 0, failed: 0 };
  const agent = new http.Agent({ keepAlive: true, maxSockets: MAX_IN_FLIGHT });
  const orders = orderSequence(slug, `${slug}-${Date.now().toString(36)}`);
  let inFlight = 0;
  let timer = null;

  async function place(order) {
    inFlight += 1;
    counts.placed += 1;
    try {
      const status = await placeOrder(port, order, agent);
      if (status < 300) counts.paid += 1;
      else counts.failed += 1;
    } catch {
      counts.failed += 1;
    }
    inFlight -= 1;
  }

  function tick() {
    const { order, pause } = orders.next().value;
    if (inFlight < MAX_IN_FLIGHT) void place(order);
    timer = setTimeout(tick, (pause * 1000) / ordersPerSecond);
  }

  tick();
  return {
    counts,
    stop() {
      clearTimeout(timer);
      agent.destroy();
    },
  };
}
