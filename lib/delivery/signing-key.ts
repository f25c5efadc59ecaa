import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import type { SigningKey, VerifyingKey } from "@/lib/delivery/dsse";
import { sha256Hex } from "@/lib/kernel/canonical-json";

/** A key pair as it is kept: the private half only ever sealed. */
export interface StoredSigningKey {
  /** Hex SHA-256 of the SPKI DER. */
  readonly keyid: string;
  /** Base64 of the SPKI DER; what agents pin. */
  readonly publicKey: string;
  /** Base64 of the PKCS #8 DER. */
  readonly privateKey: string;
}

/** PKCS #8 around a bare Ed25519 seed (RFC 8410 §7). */
const PKCS8_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");

function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" });
}

/**
 * Makes an Ed25519 key pair.
 * @param seed  32 bytes from the CSPRNG; the same seed gives the same key
 */
export function makeSigningKey(seed: Uint8Array): StoredSigningKey {
  if (seed.length !== 32) throw new RangeError("an Ed25519 seed has 32 bytes");
  const pkcs8 = Buffer.concat([PKCS8_HEAD, seed]);
  const spki = spkiOf(createPublicKey(createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" })));
  return { keyid: sha256Hex(spki), publicKey: spki.toString("base64"), privateKey: pkcs8.toString("base64") };
}

/** A kept key, ready to sign with. */
export function openSigningKey(stored: Pick<StoredSigningKey, "privateKey">): SigningKey {
  const privateKey = createPrivateKey({ key: Buffer.from(stored.privateKey, "base64"), format: "der", type: "pkcs8" });
  if (privateKey.asymmetricKeyType !== "ed25519") throw new RangeError("commands are signed with Ed25519");
  return { keyid: sha256Hex(spkiOf(createPublicKey(privateKey))), privateKey };
}

/**
 * Reads a public key as trust documents carry it; its id is computed, never taken from the document.
 * @param publicKey  base64 of the SPKI DER
 * @throws RangeError when it is no Ed25519 key
 */
export function readPublicKey(publicKey: string): VerifyingKey {
  const spki = Buffer.from(publicKey, "base64");
  const key = createPublicKey({ key: spki, format: "der", type: "spki" });
  if (key.asymmetricKeyType !== "ed25519") throw new RangeError("commands are signed with Ed25519");
  return { keyid: sha256Hex(spki), publicKey: key };
}
