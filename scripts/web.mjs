/**
 * The web process: `next start` of the build in the current folder, on HOST and PORT, with an orderly end. Next itself would exit within
 * milliseconds of a signal and cut what it is answering (NEXT_MANUAL_SIG_HANDLE makes it leave signals to us).
 */
import { subscribe } from "node:diagnostics_channel";
import { createRequire } from "node:module";
import path from "node:path";

const DRAIN_MS = 10_000;
const POLL_MS = 25;

/** @type {Set<import("node:http").ServerResponse>} */
const answering = new Set();
/** @type {Set<import("node:http").Server>} */
const servers = new Set();
let isDraining = false;

subscribe("http.server.request.start", (message) => {
  const { request, response, server } =
    /** @type {{ request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse, server: import("node:http").Server }} */ (
      message
    );
  // Next sends an answer's head before it has the body: one more system call and packet for every beat. Only event streams need that.
  if (request.method === "POST") response.flushHeaders = () => undefined;
  servers.add(server);
  answering.add(response);
  response.once("close", () => answering.delete(response));
  if (isDraining) response.setHeader("connection", "close");
});

const EVENT_STREAM = "text/event-stream";

/** Event streams never end by themselves; browsers reconnect to the next process. @param {import("node:http").ServerResponse} response */
function isStream(response) {
  return [response.req.headers.accept, response.getHeader("content-type")].some((kind) => String(kind ?? "").includes(EVENT_STREAM));
}

function drain() {
  if (isDraining) return;
  isDraining = true;
  const deadline = performance.now() + DRAIN_MS;
  for (const server of servers) server.close();
  const finish = () => {
    for (const server of servers) server.closeIdleConnections();
    for (const response of answering) if (isStream(response)) response.destroy();
    if (answering.size === 0 || performance.now() > deadline) process.exit(0);
    setTimeout(finish, POLL_MS);
  };
  finish();
}

process.on("SIGTERM", drain);
process.on("SIGINT", drain);

process.env.NEXT_MANUAL_SIG_HANDLE = "true";
process.argv = [process.execPath, "next", "start", "-p", process.env.PORT ?? "3000", "-H", process.env.HOST ?? "127.0.0.1"];
const require = createRequire(path.join(process.cwd(), "package.json"));
require("next/dist/bin/next");
