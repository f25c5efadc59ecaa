import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { COMMAND_PAYLOAD_TYPE, envelopeSchema, preAuthenticationEncoding, signEnvelope, verifyEnvelope } from "./dsse";
import { makeSigningKey, openSigningKey, readPublicKey } from "./signing-key";

const seed = (value: number) => new Uint8Array(32).fill(value);
const stored = makeSigningKey(seed(1));
const key = openSigningKey(stored);
const trusted = [readPublicKey(stored.publicKey)];
const other = makeSigningKey(seed(2));

test("encodes the example of the DSSE specification; lengths count bytes", () => {
  expect(preAuthenticationEncoding("http://example.com/HelloWorld", Buffer.from("hello world")).toString()).toBe(
    "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
  );
  expect(preAuthenticationEncoding("é", Buffer.from("ü")).toString()).toBe("DSSEv1 2 é 2 ü");
});

test("no two pairs of type and payload have the same encoding", () => {
  const text = fc.string({ maxLength: 12 });
  fc.assert(
    fc.property(text, text, text, text, (typeA, bodyA, typeB, bodyB) => {
      const isSame = typeA === typeB && bodyA === bodyB;
      const [a, b] = [preAuthenticationEncoding(typeA, Buffer.from(bodyA)), preAuthenticationEncoding(typeB, Buffer.from(bodyB))];
      expect(a.equals(b)).toBe(isSame);
    }),
  );
});

describe("keys", () => {
  test("follow RFC 8032: the first test vector's seed gives its public key", () => {
    const vector = makeSigningKey(Buffer.from("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "hex"));
    const spki = Buffer.from(vector.publicKey, "base64");
    expect(spki.subarray(-32).toString("hex")).toBe("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  });

  test("are named by the digest of their public half", () => {
    expect(stored.keyid).toMatch(/^[0-9a-f]{64}$/);
    expect(key.keyid).toBe(stored.keyid);
    expect(readPublicKey(stored.publicKey).keyid).toBe(stored.keyid);
    expect(other.keyid).not.toBe(stored.keyid);
  });

  test("need 32 bytes", () => {
    expect(() => makeSigningKey(new Uint8Array(31))).toThrow(RangeError);
  });
});

describe("an envelope", () => {
  test("opens for whoever trusts its key, whatever it holds", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (payload) => {
        const envelope = signEnvelope(COMMAND_PAYLOAD_TYPE, payload, key);
        expect(envelopeSchema.safeParse(envelope).success).toBe(true);
        expect(verifyEnvelope(envelope, COMMAND_PAYLOAD_TYPE, trusted)).toEqual({ payload: Buffer.from(payload), keyids: [stored.keyid] });
      }),
      { numRuns: 30 },
    );
  });

  const envelope = signEnvelope(COMMAND_PAYLOAD_TYPE, Buffer.from('{"id":1}'), key);

  test.each([
    ["another payload", { ...envelope, payload: Buffer.from('{"id":2}').toString("base64") }],
    ["another type", { ...envelope, payloadType: "application/vnd.reliability.approval+json" }],
    ["no signature", { ...envelope, signatures: [] }],
    ["an unknown key", signEnvelope(COMMAND_PAYLOAD_TYPE, Buffer.from("{}"), openSigningKey(other))],
    [
      "an unknown key under a trusted name",
      {
        ...envelope,
        signatures: signEnvelope(COMMAND_PAYLOAD_TYPE, Buffer.from('{"id":1}'), { ...openSigningKey(other), keyid: stored.keyid })
          .signatures,
      },
    ],
    ["a cut signature", { ...envelope, signatures: [{ keyid: stored.keyid, sig: "AAAA" }] }],
    ["a payload that is not plain base64", { ...envelope, payload: `${envelope.payload}\n` }],
    ["seventeen signatures", { ...envelope, signatures: Array.from({ length: 17 }, () => envelope.signatures[0]!) }],
  ])("with %s does not open", (_name, changed) => {
    expect(verifyEnvelope(changed, COMMAND_PAYLOAD_TYPE, trusted)).toBeNull();
  });

  test("signed for one type does not open as another, even where that one is expected", () => {
    const approval = signEnvelope("application/vnd.reliability.approval+json", Buffer.from("{}"), key);
    expect(verifyEnvelope({ ...approval, payloadType: COMMAND_PAYLOAD_TYPE }, COMMAND_PAYLOAD_TYPE, trusted)).toBeNull();
  });

  test("safety case 7: one key that signs twice counts once, two keys count twice", () => {
    const both = signEnvelope(COMMAND_PAYLOAD_TYPE, Buffer.from("{}"), key, key, openSigningKey(other));
    const keys = [...trusted, readPublicKey(other.publicKey)];
    expect(verifyEnvelope(both, COMMAND_PAYLOAD_TYPE, keys)?.keyids).toEqual([stored.keyid, other.keyid]);
    expect(verifyEnvelope(both, COMMAND_PAYLOAD_TYPE, trusted)?.keyids).toEqual([stored.keyid]);
  });
});
