import { createPublicKey, type KeyObject, sign } from "node:crypto";
import { Key, Signature } from "@tufjs/models";
import { canonicalJson, sha256Hex } from "@/lib/kernel/canonical-json";

/** 32 bytes as hex; one spelling only, or one key could be listed as two. */
const PUBLIC = /^[0-9a-f]{64}$/;

/** A private key with the name that metadata knows it by. */
export interface MetadataSigner {
  readonly keyid: string;
  /** The bare public key, 64 lower-case hex digits. */
  readonly publicHex: string;
  readonly privateKey: KeyObject;
}

/**
 * The id of a key: SHA-256 of its canonical JSON (TUF 4.2). It is always computed, never taken from a document, so that no key has two.
 * @throws RangeError for anything but an Ed25519 key in its one spelling
 */
export function keyidOf(publicHex: string): string {
  if (!PUBLIC.test(publicHex)) throw new RangeError("a public key is 64 lower-case hex digits");
  return sha256Hex(Buffer.from(canonicalJson({ keytype: "ed25519", scheme: "ed25519", keyval: { public: publicHex } }), "utf8"));
}

/** A key as metadata lists it. */
export function metadataKey(publicHex: string): Key {
  return new Key({ keyID: keyidOf(publicHex), keyType: "ed25519", scheme: "ed25519", keyVal: { public: publicHex } });
}

/** The bare bytes of an Ed25519 public key, which are the last 32 of its SPKI form (RFC 8410). */
export function publicHexOf(key: KeyObject): string {
  const spki = (key.type === "private" ? createPublicKey(key) : key).export({ type: "spki", format: "der" });
  if (key.asymmetricKeyType !== "ed25519") throw new RangeError("metadata is signed with Ed25519");
  return spki.subarray(-32).toString("hex");
}

export function metadataSigner(privateKey: KeyObject): MetadataSigner {
  const publicHex = publicHexOf(privateKey);
  return { keyid: keyidOf(publicHex), publicHex, privateKey };
}

/** Signs canonical bytes the way metadata carries it. */
export function signBytes(signer: MetadataSigner, bytes: Buffer): Signature {
  return new Signature({ keyID: signer.keyid, sig: sign(null, bytes, signer.privateKey).toString("hex") });
}
