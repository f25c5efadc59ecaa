import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { couldBeSigned, makeWebhookSecret, type SignedMessage, sign, verifySignature } from "./standard-webhooks";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BODY = Buffer.from('{"type":"plugin.heartbeat","data":{"plugin_id":"1"}}');
const NOW = new Date("2026-11-21T10:00:00.000Z");
const SECONDS = NOW.getTime() / 1_000;

function message(changes: Partial<SignedMessage> = {}): SignedMessage {
  return {
    secrets: [SECRET],
    id: "msg_1",
    timestamp: String(SECONDS),
    signatureHeader: sign(SECRET, "msg_1", SECONDS, BODY),
    body: BODY,
    now: NOW,
    ...changes,
  };
}

test("signs the example that the Standard Webhooks libraries share", () => {
  const signature = sign(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, '{"test": 2432232314}');
  expect(signature).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

test("agrees with the reference implementation, both ways, on any body", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.uuid(), (body, id) => {
      const secret = makeWebhookSecret();
      const text = Buffer.from(body, "utf8").toString("utf8");
      expect(new Webhook(secret).sign(id, NOW, text)).toBe(sign(secret, id, SECONDS, text));
      const signatureHeader = new Webhook(secret).sign(id, NOW, text);
      expect(verifySignature(message({ secrets: [secret], id, signatureHeader, body: Buffer.from(text) }))).toBe("ok");
    }),
  );
});

describe("safety case 8: freshness", () => {
  test.each([
    [0, "ok"],
    [299, "ok"],
    [300, "ok"],
    [301, "stale"],
    [-299, "ok"],
    [-301, "stale"],
    [86_400, "stale"],
  ] as const)("a message %i s old is %s", (ageSeconds, verdict) => {
    expect(verifySignature(message({ now: new Date(NOW.getTime() + ageSeconds * 1_000) }))).toBe(verdict);
  });

  test("an old message with a bad signature is bad", () => {
    expect(verifySignature(message({ body: Buffer.from("{}"), now: new Date(0) }))).toBe("bad");
  });
});

describe("safety case 9: bound to every byte", () => {
  test.each<[string, Partial<SignedMessage>]>([
    ["a changed body", { body: Buffer.from('{"type":"plugin.heartbeat","data":{"plugin_id":"2"}}') }],
    ["changed white space", { body: Buffer.from('{"type": "plugin.heartbeat","data":{"plugin_id":"1"}}') }],
    ["another id", { id: "msg_2" }],
    ["another timestamp", { timestamp: String(SECONDS + 1) }],
    ["another plugin's secret", { secrets: ["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] }],
    ["no secret", { secrets: [] }],
    ["no id", { id: null }],
    ["no timestamp", { timestamp: null }],
    ["no signature", { signatureHeader: null }],
    ["an empty signature", { signatureHeader: "v1," }],
    ["a cut signature", { signatureHeader: sign(SECRET, "msg_1", SECONDS, BODY).slice(0, -8) }],
    ["another version's signature", { signatureHeader: sign(SECRET, "msg_1", SECONDS, BODY).replace("v1,", "v2,") }],
    ["a timestamp that is no number", { timestamp: "1e9" }],
    ["a timestamp with a sign", { timestamp: `+${SECONDS}` }],
    ["an id with a full stop", { id: "msg.1", signatureHeader: sign(SECRET, "msg.1", SECONDS, BODY) }],
    ["an id with a space", { id: "msg 1", signatureHeader: sign(SECRET, "msg 1", SECONDS, BODY) }],
    ["an empty id", { id: "", signatureHeader: sign(SECRET, "", SECONDS, BODY) }],
  ])("%s is bad", (_name, changes) => {
    expect(verifySignature(message(changes))).toBe("bad");
  });

  test("no border can be moved between id, timestamp and body", () => {
    const moved = sign(SECRET, "msg_1", SECONDS, "7.{}");
    expect(verifySignature(message({ id: `msg_1.${SECONDS}`, timestamp: "7", signatureHeader: moved, body: Buffer.from("{}") }))).toBe(
      "bad",
    );
  });
});

describe("rotation", () => {
  const old = makeWebhookSecret();
  const fresh = makeWebhookSecret();

  test.each([
    ["the old secret alone", [old], "ok"],
    ["the new secret alone", [fresh], "ok"],
    ["both", [old, fresh], "ok"],
  ] as const)("signed by both, accepted by who knows %s", (_name, secrets, verdict) => {
    const signatureHeader = [old, fresh].map((secret) => sign(secret, "msg_1", SECONDS, BODY)).join(" ");
    expect(verifySignature(message({ secrets, signatureHeader }))).toBe(verdict);
  });

  test("of very many signatures only the first sixteen are looked at", () => {
    const noise = Array.from({ length: 16 }, () => "v1,AAAA").join(" ");
    expect(verifySignature(message({ signatureHeader: `${noise} ${sign(SECRET, "msg_1", SECONDS, BODY)}` }))).toBe("bad");
  });
});

test("a secret that is none is the caller's bug", () => {
  expect(() => sign("whsec_", "msg_1", SECONDS, BODY)).toThrow(RangeError);
  expect(() => sign("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_1", SECONDS, BODY)).toThrow(RangeError);
});

test("whatever verifies could be signed, and what could not be never verifies", () => {
  const header = fc.oneof(fc.constant(message().signatureHeader), fc.string({ maxLength: 80 }), fc.constant(null));
  const stamp = fc.oneof(
    fc.integer({ min: -400, max: 400 }).map((offset) => String(SECONDS + offset)),
    fc.string({ maxLength: 14 }),
  );
  fc.assert(
    fc.property(header, stamp, fc.oneof(fc.constant("msg_1"), fc.string({ maxLength: 10 })), (signatureHeader, timestamp, id) => {
      const given = message({ signatureHeader, timestamp, id });
      if (verifySignature(given) === "ok") expect(couldBeSigned(given)).toBe(true);
    }),
  );
  expect(couldBeSigned(message())).toBe(true);
  expect(couldBeSigned(message({ timestamp: String(SECONDS - 301) }))).toBe(false);
  expect(couldBeSigned(message({ signatureHeader: `${message().signatureHeader} `.repeat(100) }))).toBe(false);
});
