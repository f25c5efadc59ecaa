import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startOpsInbox } from "./ops-inbox.mjs";

const SECRET = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
const NOW = new Date("2026-11-21T10:00:00.000Z");
const BODY = JSON.stringify({ type: "incident.escalated", timestamp: NOW.toISOString(), data: { tenant: "zephyr" } });

let inbox: Awaited<ReturnType<typeof startOpsInbox>>;
beforeEach(async () => {
  inbox = await startOpsInbox({ port: 0, secret: SECRET }, () => NOW.getTime());
});
afterEach(() => inbox.close());

/** Signed by the reference implementation of Standard Webhooks, not by ours. */
function signed(id: string, body = BODY, at = NOW, secret = SECRET): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": new Webhook(secret).sign(id, at, body) };
}

async function post(headers: Record<string, string>, body = BODY): Promise<number> {
  return (await fetch(`http://127.0.0.1:${inbox.port}/`, { method: "POST", headers, body })).status;
}

async function list(): Promise<{ items: { id: string; received_at: string; notification: unknown }[] }> {
  const answer = await fetch(`http://127.0.0.1:${inbox.port}/notifications`);
  return (await answer.json()) as Awaited<ReturnType<typeof list>>;
}

test("a genuine notification is listed as it was sent", async () => {
  expect(await post(signed("msg_1"))).toBe(200);
  expect(await list()).toEqual({ items: [{ id: "msg_1", received_at: NOW.toISOString(), notification: JSON.parse(BODY) }] });
});

test("a repeated id is taken once, the newest comes first, and 200 are kept", async () => {
  expect(await post(signed("msg_0"))).toBe(200);
  expect(await post(signed("msg_0"))).toBe(200);
  for (let index = 1; index <= 201; index += 1) await post(signed(`msg_${index}`));
  const ids = (await list()).items.map(({ id }) => id);
  expect(ids).toHaveLength(200);
  expect([ids[0], ids.at(-1)]).toEqual(["msg_201", "msg_2"]);
});

test("one of several signatures is enough, so that a secret can rotate", async () => {
  const headers = signed("msg_1");
  const other = signed("msg_1", BODY, NOW, `whsec_${Buffer.alloc(24, 8).toString("base64")}`);
  expect(await post({ ...headers, "webhook-signature": `${other["webhook-signature"]} ${headers["webhook-signature"]}` })).toBe(200);
});

describe("answers 401 and keeps nothing", () => {
  const old = new Date(NOW.getTime() - 301_000);
  test.each([
    ["without headers", {}],
    ["for another body", signed("msg_1", "{}")],
    ["for another id", { ...signed("msg_1"), "webhook-id": "msg_2" }],
    ["for another time", { ...signed("msg_1"), "webhook-timestamp": "1795255201" }],
    ["for a time that is no number", { ...signed("msg_1"), "webhook-timestamp": "soon" }],
    ["for one that is too old", signed("msg_1", BODY, old)],
    ["with another secret", signed("msg_1", BODY, NOW, `whsec_${Buffer.alloc(24, 8).toString("base64")}`)],
    ["for another scheme", { ...signed("msg_1"), "webhook-signature": signed("msg_1")["webhook-signature"]!.replace("v1,", "v2,") }],
  ])("%s", async (_what, headers) => {
    expect(await post(headers)).toBe(401);
    expect(await list()).toEqual({ items: [] });
  });

  test("too large a body with 413", async () => {
    expect(await post(signed("msg_1"), "x".repeat(64 * 1024 + 1))).toBe(413);
  });
});
