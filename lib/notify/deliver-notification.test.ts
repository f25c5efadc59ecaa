import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, test } from "vitest";
import { makeWebhookSecret } from "@/lib/access/credentials/standard-webhooks";
import { parseRange } from "@/lib/platform/outbound/address-range";
import { type DeliveryOptions, deliverNotification } from "./deliver-notification";
import type { Notification } from "./types";

const LOOPBACK = [parseRange("127.0.0.0/8")].filter((range) => range !== null);
const NOTIFICATION: Notification = { id: "msg_1", event: "incident.opened", body: '{"type":"incident.opened","name":"é"}' };

let server: Server | undefined;
afterEach(async () => {
  const closing = server;
  server = undefined;
  if (closing) await new Promise((resolve) => closing.close(resolve));
});

async function receiver(status: number) {
  const received: { headers: IncomingHttpHeaders; body: string }[] = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString("utf8") });
      response.writeHead(status, { location: "http://169.254.169.254/", connection: "close" });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received };
}

const deliver = (url: string, secrets: string[], options: Partial<DeliveryOptions> = {}) =>
  deliverNotification({ url, secrets }, NOTIFICATION, { now: new Date(), reach: LOOPBACK, ...options });

describe("a receiver", () => {
  test("with the reference library accepts the message, by the old secret and by the new one", async () => {
    const secrets = [makeWebhookSecret(), makeWebhookSecret()];
    const { url, received } = await receiver(204);
    expect(await deliver(url, secrets)).toEqual({ kind: "delivered", status: 204 });
    const [message] = received;
    for (const secret of secrets) {
      const verified = new Webhook(secret).verify(message?.body ?? "", message?.headers as Record<string, string>);
      expect(verified).toEqual({ type: "incident.opened", name: "é" });
    }
  });

  test.each([
    [200, "delivered"],
    [299, "delivered"],
    [302, "retry"],
    [400, "retry"],
    [404, "retry"],
    [410, "dead"],
    [429, "retry"],
    [500, "retry"],
  ])("that answers %i means: %s, after one request", async (status, kind) => {
    const { url, received } = await receiver(status);
    expect(await deliver(url, [makeWebhookSecret()])).toMatchObject({ kind, status });
    expect(received).toHaveLength(1);
  });
});

test.each([
  ["http://127.0.0.1:9/hook", "retry", "address"],
  ["https://nowhere.example/hook", "retry", "dns"],
  ["ftp://merchant.example/hook", "dead", "scheme"],
  ["https://user:password@merchant.example/", "dead", "url"],
])("%s is not called: %s", async (url, kind, why) => {
  const resolve = () => Promise.reject(new Error("ENOTFOUND"));
  const outcome = await deliver(url, [makeWebhookSecret()], { reach: [], resolve });
  expect(outcome).toMatchObject({ kind, status: null, why: expect.stringMatching(new RegExp(`^${why}: `)) });
});

test("a secret that is none is our bug, not the receiver's", async () => {
  await expect(deliver("https://merchant.example/", ["nonsense"])).rejects.toThrow(RangeError);
});
