import { createServer } from "node:http";
import { closeOnSignal, log } from "./log.mjs";

/** Somebody else's service: exchange rates that move a little from minute to minute, on a port that it tells its parent. */
const BASE = { EUR: 1, USD: 1.08, GBP: 0.85, XOF: 655.957 };

const server = createServer((request, response) => {
  const [, currency] = /^\/rates\/([A-Z]{3})$/.exec(request.url ?? "") ?? [];
  const base = BASE[/** @type {keyof typeof BASE} */ (currency)];
  const isKnown = request.url === "/health" || base !== undefined;
  const drift = 1 + Math.sin(Date.now() / 60_000) / 100;
  response.writeHead(isKnown ? 200 : 404, { "content-type": "application/json" });
  response.end(JSON.stringify(isKnown ? { currency, rate: (base ?? 1) * drift } : { error: "unknown" }));
});
server.listen(0, "127.0.0.1", () => {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  process.send?.({ port });
  log("info", "INFO_STARTED", `The rates' service answers on port ${port}`);
});
closeOnSignal(async () => {
  server.close();
  server.closeAllConnections();
});
