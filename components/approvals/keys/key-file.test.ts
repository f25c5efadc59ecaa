import { createPublicKey, verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import { readApproval } from "@/lib/delivery/quorum/approval";
import { readEnrolment } from "@/lib/delivery/quorum/enrolment";
import { readPublicKey } from "@/lib/delivery/signing-key";
import { type KeyFile, makeKeyFile, openKey, readKeyFile } from "./key-file";
import { signApproval, signEnrolment } from "./sign-envelope";

const NOW = new Date("2026-11-21T10:00:00.000Z");
const LATER = new Date("2026-11-21T14:00:00.000Z");
const DIGEST = `sha256:${"a".repeat(64)}`;
const file = await makeKeyFile("ada@center.test", "correct horse battery", NOW);

describe("a key made in the browser", () => {
  test("signs what the server and the agents can verify", async () => {
    const envelope = await signApproval(DIGEST, LATER.toISOString(), file, "correct horse battery");
    const subject = { planDigest: DIGEST, approver: "ada@center.test", planExpiresAt: LATER, now: NOW };
    expect(readApproval(envelope, [readPublicKey(file.public_key)], subject)).toEqual({ keyid: file.keyid });
  });

  test("is brought by a statement that proves who holds it", async () => {
    const proof = await signEnrolment(file, "correct horse battery", NOW);
    expect(readEnrolment(proof, "ada@center.test", NOW)).toEqual({ keyid: file.keyid, publicKey: file.public_key, madeIn: "browser" });
    expect(readEnrolment(proof, "eve@center.test", NOW)).toHaveProperty("problem");
  });

  test("lies wrapped: its file holds nothing that signs, and another passphrase does not open it", async () => {
    await expect(openKey(file, "wrong horse battery")).rejects.toMatchObject({ code: "wrong_passphrase" });
    const key = await openKey(file, "correct horse battery");
    expect(key.extractable).toBe(false);
    const sig = await crypto.subtle.sign("Ed25519", key, new Uint8Array([1]));
    const publicKey = createPublicKey({ key: Buffer.from(file.public_key, "base64"), format: "der", type: "spki" });
    expect(verify(null, new Uint8Array([1]), publicKey, Buffer.from(sig))).toBe(true);
  });

  test.each<[string, Partial<KeyFile>]>([
    ["under another name", { approver: "eve@center.test" }],
    ["under another key id", { keyid: "0".repeat(64) }],
    ["with other bytes", { wrapped: file.wrapped.replace(/^./, (first) => (first === "A" ? "B" : "A")) }],
  ])("does not open %s", async (_what, changes) => {
    await expect(openKey({ ...file, ...changes }, "correct horse battery")).rejects.toMatchObject({ code: "wrong_passphrase" });
  });
});

test.each([
  ["", "no_key_file"],
  ["{}", "no_key_file"],
  [JSON.stringify({ ...file, format: "another/1" }), "no_key_file"],
  [JSON.stringify({ ...file, kdf: { ...file.kdf, iterations: 1 } }), "no_key_file"],
  [JSON.stringify({ ...file, kdf: { ...file.kdf, iterations: 1e12 } }), "no_key_file"],
])("%.20s is no key file", (text, code) => {
  expect(() => readKeyFile(text)).toThrow(expect.objectContaining({ code }));
});

test("a file is read as it was written", () => expect(readKeyFile(JSON.stringify(file))).toEqual(file));
