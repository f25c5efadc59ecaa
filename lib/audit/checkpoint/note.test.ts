import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { makeSigningKey } from "@/lib/delivery/signing-key";
import { openNote } from "@/scripts/operate/verify-audit-export.mjs";
import { originOf, parseNote, signerOf, signNote } from "./note";

function keyOf(seed: number) {
  const stored = makeSigningKey(Buffer.alloc(32, seed));
  const privateKey = createPrivateKey({ key: Buffer.from(stored.privateKey, "base64"), format: "der", type: "pkcs8" });
  return { keyid: stored.keyid, publicKey: stored.publicKey, privateKey, verifyingKey: createPublicKey(privateKey) };
}
const [key, other] = [keyOf(1), keyOf(2)];
const checkpoint = { origin: originOf(key.keyid), size: 42, root: createHash("sha256").digest(), at: new Date("2026-11-21T10:00:00.000Z") };
const note = signNote(checkpoint, key);
const parsed = parseNote(note);

test("the note is what C2SP's signed-note and tlog-checkpoint say", () => {
  const [text = "", signature = ""] = note.split(/(?<=\n)\n/);
  expect(text).toBe(`${checkpoint.origin}\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\ntime 2026-11-21T10:00:00.000Z\n`);
  const bytes = Buffer.from(signature.split(" ")[2] ?? "", "base64");
  const raw = Buffer.from(key.publicKey, "base64").subarray(-32);
  expect(bytes.subarray(0, 4)).toEqual(createHash("sha256").update(`${checkpoint.origin}\n\x01`).update(raw).digest().subarray(0, 4));
  expect(verify(null, Buffer.from(text), key.verifyingKey, bytes.subarray(4))).toBe(true);
  expect(note.length).toBeLessThan(300);
});

test("it is read back, by Center and by the verifier that knows nothing of Center, and its signer found", () => {
  expect(parsed).toMatchObject(checkpoint);
  expect(signerOf(parsed as NonNullable<typeof parsed>, [other, key])).toBe(key);
  expect(openNote(note, [key.verifyingKey])).toEqual({ size: 42, root: checkpoint.root });
});

test("no other key, and no note with any byte changed, passes", () => {
  expect(signerOf(parsed as NonNullable<typeof parsed>, [other])).toBeNull();
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 }).publicKey;
  expect(openNote(note, [rsa])).toBeNull();
  fc.assert(
    fc.property(fc.nat(note.length - 1), fc.integer({ min: 33, max: 126 }), (at, code) => {
      const letter = String.fromCharCode(code);
      fc.pre(note[at] !== letter);
      const changed = `${note.slice(0, at)}${letter}${note.slice(at + 1)}`;
      const read = parseNote(changed);
      // A signature's last base64 letter has bits that say nothing; whatever is read must still be what was signed.
      if (read && signerOf(read, [key])) expect(read).toMatchObject(checkpoint);
      if (openNote(changed, [key.verifyingKey])) expect(openNote(changed, [key.verifyingKey])).toEqual({ size: 42, root: checkpoint.root });
    }),
  );
});

test.each([
  "",
  "x",
  note.slice(0, -1),
  `${note}\n`,
  note.replace("42", "042"),
  note.replace("42", "-1"),
  note.replace("42", "9007199254740993"),
  note.replace("time 2026-11-21", "time 2026-99-99"),
])("%j is no note", (text) => {
  expect(parseNote(text)).toBeNull();
});
