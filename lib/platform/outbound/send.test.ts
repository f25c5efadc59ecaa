import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { parseRange } from "./address-range";
import type { Resolve } from "./choose-address";
import { type OutboundRequest, send } from "./send";

const LOOPBACK = [parseRange("127.0.0.0/8")].filter((range) => range !== null);
const resolveTo =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));

let server: Server | undefined;
let hits = 0;

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> {
  hits = 0;
  server = createServer((request, response) => {
    hits += 1;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

afterEach(async () => {
  const closing = server;
  server = undefined;
  if (!closing) return;
  closing.closeAllConnections();
  await new Promise((resolve) => closing.close(resolve));
});

const call = (url: string, rest: Partial<OutboundRequest> = {}) => send({ url, reach: [], timeoutMs: 2_000, ...rest });

describe("what is never called", () => {
  test.each([
    ["no URL", "not a url", "url"],
    ["another scheme", "file:///etc/passwd", "scheme"],
    ["credentials", "https://user:pass@example.com/", "url"],
    ["plain http in public", "http://8.8.8.8/", "scheme"],
    ["an odd port in public", "https://8.8.8.8:6379/", "port"],
    ["loopback", "https://127.0.0.1/", "address"],
    ["loopback in disguise", "https://2130706433/", "address"],
    ["loopback in octal", "https://0177.0.0.1/", "address"],
    ["loopback in hexadecimal", "https://0x7f.1/", "address"],
    ["IPv6 loopback", "https://[::1]/", "address"],
    ["mapped loopback", "https://[::ffff:127.0.0.1]/", "address"],
    ["the metadata service", "http://169.254.169.254/latest/meta-data/", "address"],
    ["a private address", "https://10.0.0.1/", "address"],
    ["carrier-grade NAT", "https://100.64.0.1/", "address"],
  ])("%s", async (_name, url, reason) => {
    await expect(call(url)).rejects.toMatchObject({ name: "OutboundError", reason });
  });

  test.each([["127.0.0.1"], ["::ffff:10.0.0.1"], ["fd00:ec2::254"]])("a name that resolves to %s", async (address) => {
    await expect(call("https://merchant.example/", { resolve: resolveTo(address) })).rejects.toMatchObject({ reason: "address" });
  });

  test("a name of which any address is out of reach", async () => {
    await expect(call("https://merchant.example/", { resolve: resolveTo("8.8.8.8", "127.0.0.1") })).rejects.toMatchObject({
      reason: "address",
    });
  });

  test("a name without address", async () => {
    await expect(call("https://merchant.example/", { resolve: resolveTo() })).rejects.toMatchObject({ reason: "dns" });
    const failing: Resolve = () => Promise.reject(Object.assign(new Error("ENOTFOUND"), { code: "ENOTFOUND" }));
    await expect(call("https://merchant.example/", { resolve: failing })).rejects.toMatchObject({ reason: "dns", mayRetry: true });
  });

  test("nothing reaches a server on loopback unless it was opened", async () => {
    const port = await listen((_request, response) => response.end("secret"));
    await expect(call(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ reason: "address" });
    await expect(call(`http://rebound.example:${port}/`, { resolve: resolveTo("127.0.0.1") })).rejects.toMatchObject({ reason: "address" });
    expect(hits).toBe(0);
  });
});

describe("an opened address", () => {
  test("is called with method, headers and body, on any port and without TLS", async () => {
    const port = await listen((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on("end", () => {
        response.setHeader("x-seen", String(request.headers["webhook-id"]));
        response.statusCode = 202;
        response.end(`${request.method} ${request.url} ${body} ${request.headers.host}`);
      });
    });
    const answer = await call(`http://127.0.0.1:${port}/in?x=1`, { reach: LOOPBACK, headers: { "webhook-id": "msg_1" }, body: "hé" });
    expect(answer).toMatchObject({ status: 202, headers: { "x-seen": "msg_1" } });
    expect(answer.body.toString()).toBe(`POST /in?x=1 hé 127.0.0.1:${port}`);
  });

  test("the connection goes to the address that was checked; the name is not looked up again", async () => {
    const port = await listen((_request, response) => response.end("ok"));
    let lookups = 0;
    const rebinding: Resolve = async () => {
      lookups += 1;
      return [{ address: lookups === 1 ? "127.0.0.1" : "10.0.0.1", family: 4 }];
    };
    const answer = await call(`http://rebinding.example:${port}/`, { reach: LOOPBACK, resolve: rebinding });
    expect(answer.body.toString()).toBe("ok");
    expect(lookups).toBe(1);
  });

  test("a redirect is an answer, not a way", async () => {
    const port = await listen((_request, response) => {
      response.writeHead(302, { location: "http://169.254.169.254/" });
      response.end();
    });
    expect((await call(`http://127.0.0.1:${port}/`, { reach: LOOPBACK })).status).toBe(302);
    expect(hits).toBe(1);
  });

  test("an answer above the limit is dropped", async () => {
    const port = await listen((_request, response) => response.end(Buffer.alloc(64 * 1024 + 1)));
    await expect(call(`http://127.0.0.1:${port}/`, { reach: LOOPBACK })).rejects.toMatchObject({ reason: "answer-too-large" });
  });

  test.each([
    ["an answer that never begins", (_response: ServerResponse) => undefined],
    ["an answer that never ends", (response: ServerResponse) => response.write("x")],
  ])("%s is given up in time", async (_name, answer) => {
    const port = await listen((_request, response) => answer(response));
    await expect(call(`http://127.0.0.1:${port}/`, { reach: LOOPBACK, timeoutMs: 150 })).rejects.toMatchObject({ reason: "timeout" });
  });

  test("a name that takes too long to resolve is given up in time", async () => {
    const hanging: Resolve = () => new Promise(() => undefined);
    await expect(call("https://slow.example/", { resolve: hanging, timeoutMs: 50 })).rejects.toMatchObject({ reason: "timeout" });
  });

  test("a connection that breaks, or none at all, may be tried again", async () => {
    const port = await listen((request) => request.socket.destroy());
    await expect(call(`http://127.0.0.1:${port}/`, { reach: LOOPBACK })).rejects.toMatchObject({ reason: "network", mayRetry: true });
  });
});

test("a URL that the operator set may point anywhere", async () => {
  const port = await listen((_request, response) => response.end("ours"));
  expect((await call(`http://127.0.0.1:${port}/`, { reach: "any", method: "GET" })).body.toString()).toBe("ours");
});
