import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { makeSigner, signEnvelope, signTrust } from "../testing/sign-command.mjs";
import type { ApproverTrust } from "../types.d.mts";
import { verifyTrust } from "./verify-trust.mjs";

const TRUST = "application/vnd.reliability.trust+json";
const named = (approver: string) => ({ ...makeSigner(), approver });
const [ada, bob, cleo] = [named("ada@example.com"), named("bob@example.com"), named("cleo@example.com")];
const adaAgain = named("ADA@example.com ");
const center = named("center@example.com");
const listed = (...people: ReturnType<typeof named>[]) =>
  people.map(({ keyid, public_key, approver }) => ({ keyid, public_key, approver }));

const current: ApproverTrust = { version: 3, approver_keys: listed(ada, adaAgain, bob), threshold: 2 };
const next = { version: 4, approver_keys: listed(ada, cleo), threshold: 2 };
const say = (envelope: unknown, trust: ApproverTrust = current) => {
  const verdict = verifyTrust(envelope, trust);
  return "problem" in verdict ? verdict.problem : "taken";
};
const both = (document: unknown) => signTrust([ada, bob], document);

test("the next version, signed by as many people as today's threshold wants, is taken as it is", () => {
  expect(verifyTrust(both(next), current)).toEqual({ trust: next });
});

describe("who has to sign", () => {
  test.each([
    ["one of two", signTrust([ada], next), "quorum"],
    ["one person with two keys", signTrust([ada, adaAgain], next), "quorum"],
    ["one key twice", signTrust([ada, ada], next), "quorum"],
    ["one of today's, and one that it would bring in", signTrust([ada, cleo], next), "quorum"],
    ["those that it would bring in alone", signTrust([cleo], next), "unknown_key"],
    ["Center", signTrust([center], next), "unknown_key"],
    ["Center beside one of today's", signTrust([ada, center], next), "quorum"],
    [
      "today's two, of other bytes",
      { ...both(next), payload: Buffer.from(JSON.stringify({ ...next, threshold: 1 })).toString("base64") },
      "bad_signature",
    ],
    ["today's two, under another type", { ...both(next), payloadType: "application/vnd.reliability.approval+json" }, "bad_envelope"],
    [
      "today's two, a signature meant as an approval",
      { ...signEnvelope(ada, next, "application/vnd.reliability.approval+json"), payloadType: TRUST },
      "bad_signature",
    ],
    ["nobody", { ...both(next), signatures: [] }, "bad_envelope"],
  ])("%s", (_who, envelope, verdict) => expect(say(envelope)).toBe(verdict));

  test.each([
    [
      "who trusts nobody believes nobody, not even the document's own people",
      { version: 0, approver_keys: [], threshold: 2 },
      signTrust([ada, bob], { ...next, version: 1 }),
      "unknown_key",
    ],
    ["a threshold that is none can never be met", { ...current, threshold: Number.NaN }, both(next), "quorum"],
    ["a threshold of 0 still wants somebody", { ...current, threshold: 0 }, signTrust([center], next), "unknown_key"],
  ])("%s", (_why, trust, envelope, verdict) => expect(say(envelope, trust)).toBe(verdict));
});

describe("what it has to say", () => {
  const { privateKey: _private, ...weak } = named("weak@example.com");
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ type: "spki", format: "der" }).toString("base64");
  test.each<[string, unknown, string]>([
    ["the same version again", { ...next, version: 3 }, "trust_version"],
    ["an older one", { ...next, version: 2 }, "trust_version"],
    ["one that skips a version", { ...next, version: 5 }, "trust_version"],
    ["a version far ahead", { ...next, version: Number.MAX_SAFE_INTEGER }, "trust_version"],
    ["a version that is no number", { ...next, version: "4" }, "trust_version"],
    ["no keys", { ...next, approver_keys: [] }, "trust_unsatisfiable"],
    ["fewer people than the threshold", { ...next, threshold: 3 }, "trust_unsatisfiable"],
    ["one person's two keys for a threshold of two", { ...next, approver_keys: listed(ada, adaAgain) }, "trust_unsatisfiable"],
    [
      "a key twice",
      { ...next, approver_keys: [...listed(ada), ...listed({ ...ada, approver: "bob@example.com" })] },
      "trust_unsatisfiable",
    ],
    [
      "a key under another key's id",
      { ...next, approver_keys: [...listed(ada, bob), { ...weak, keyid: "0".repeat(64) }] },
      "trust_unsatisfiable",
    ],
    ["a key that is not Ed25519", { ...next, approver_keys: [...listed(ada, bob), { ...weak, public_key: rsa }] }, "trust_unsatisfiable"],
    ["a key of nobody", { ...next, approver_keys: [...listed(ada, bob), { ...weak, approver: " " }] }, "trust_unsatisfiable"],
    ["a threshold of 0", { ...next, threshold: 0 }, "trust_unsatisfiable"],
    ["a threshold that is no whole number", { ...next, threshold: 1.5 }, "trust_unsatisfiable"],
    ["a member too many", { ...next, keys: [] }, "trust_unreadable"],
    ["nothing", null, "trust_unreadable"],
  ])("%s", (_what, document, verdict) => expect(say(both(document))).toBe(verdict));
});
