import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LIMITS } from "@/lib/platform/limits";
import { askRemoteSira, siraBreaker } from "@/lib/sira/adapters/remote-sira";
import { decide } from "@/lib/sira/decide";
import { MODEL_V0 } from "@/lib/sira/model-v0";
import { siraRequest } from "@/test/fixtures/sira-request";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
const QUESTION = siraRequest();
const GOOD = decide(QUESTION, MODEL_V0);
const TIMEOUT_MS = 250;

let server: Server;
let handler: Handler;
let calls: number;
let url: string;

beforeEach(async () => {
  calls = 0;
  server = createServer((request, response) => {
    calls += 1;
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const says =
  (body: unknown, status = 200): Handler =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
const ask = (breaker = siraBreaker()) => askRemoteSira(QUESTION, { url, token: "secret", timeoutMs: TIMEOUT_MS, breaker });

test("a proper answer is taken, and the question carries the token and every fact", async () => {
  let seen = { path: "", token: "", body: "" };
  handler = (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      seen = { path: request.url ?? "", token: request.headers.authorization ?? "", body: Buffer.concat(chunks).toString() };
      says(GOOD)(request, response);
    });
  };
  expect(await ask()).toEqual({ ok: true, decision: GOOD });
  expect(seen).toEqual({ path: "/api/sira/decide", token: "Bearer secret", body: JSON.stringify(QUESTION) });
});

test.each([
  ["an unknown action", says({ ...GOOD, action: "format_disk" }), "schema"],
  ["NaN in the text", says(JSON.stringify(GOOD).replace(/"confidence":[^,]+/, '"confidence":NaN')), "JSON"],
  ["null for NaN", says({ ...GOOD, confidence: null }), "schema"],
  ["another tenant's patch", says({ ...GOOD, patch_version: "7.7.7" }), "not among the releases"],
  ["a page of HTML", says("<html>"), "JSON"],
  ["an error", says(GOOD, 500), "500"],
  ["a redirect", (_request: IncomingMessage, response: ServerResponse) => response.writeHead(302, { location: url }).end(), "reached"],
  ["a cut connection", (request: IncomingMessage) => request.destroy(), "reached"],
] as const)("%s is no decision", async (_, answer, reason) => {
  handler = answer;
  expect(await ask()).toEqual({ ok: false, reason: expect.stringContaining(reason) });
});

test("ten megabytes are cut off at the limit", async () => {
  let written = 0;
  handler = (_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const chunk = Buffer.alloc(64 * 1024, 0x20);
    const more = () => {
      while (written < 10 * 1024 * 1024) {
        written += chunk.length;
        if (!response.write(chunk)) return;
      }
      response.end();
    };
    response.on("drain", more);
    response.on("error", () => undefined);
    more();
  };
  expect(await ask()).toEqual({ ok: false, reason: expect.stringContaining(String(LIMITS.siraAnswerBytes)) });
});

test.each([
  ["before a word", () => undefined],
  [
    "in the middle of its answer",
    (_request: IncomingMessage, response: ServerResponse) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write('{"action":');
    },
  ],
] as const)("hanging %s ends at the timeout", async (_, hang) => {
  handler = hang;
  const begun = performance.now();
  expect(await ask()).toEqual({ ok: false, reason: expect.stringContaining(`${TIMEOUT_MS} ms`) });
  expect(performance.now() - begun).toBeLessThan(TIMEOUT_MS * 8);
});

test("repeated failures open the breaker: then nothing is asked, and one call tries again after the rest", async () => {
  const breaker = siraBreaker(50);
  handler = says("no", 503);
  for (let count = 0; count < LIMITS.siraBreakerFailures; count += 1) await ask(breaker);
  expect(await ask(breaker)).toEqual({ ok: false, reason: expect.stringContaining("left alone") });
  expect(calls).toBe(LIMITS.siraBreakerFailures);

  handler = says(GOOD);
  await expect.poll(() => ask(breaker), { timeout: 5_000, interval: 20 }).toMatchObject({ ok: true });
});

test("nobody listening is a reason, not an exception", async () => {
  const closed = { url: "http://127.0.0.1:1", token: null, timeoutMs: TIMEOUT_MS, breaker: siraBreaker() };
  expect(await askRemoteSira(QUESTION, closed)).toEqual({ ok: false, reason: "SIRA could not be reached" });
});
