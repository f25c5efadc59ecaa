import { createHash, createPublicKey, verify } from "node:crypto";
import { AGENT_LIMITS } from "../limits.mjs";

/**
 * The bytes a DSSE signature covers. Source: DSSE v1, "PAE".
 * @param {string} payloadType
 * @param {Buffer} payload
 */
export function preAuthEncode(payloadType, payload) {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** Hex SHA-256, the digest everything here is named by. @param {Buffer | string} bytes */
export function sha256Hex(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Opens a DSSE envelope: its payload and the known keys that really signed it.
 * @param {unknown} envelope
 * @param {string} payloadType the only type accepted; the type is signed, so an approval can never pass for a command
 * @param {import("../types.d.mts").TrustKey[]} keys
 * @returns {{ payload: Buffer, signers: string[] } | { problem: "bad_envelope" | "unknown_key" | "bad_signature" }}
 */
export function openEnvelope(envelope, payloadType, keys) {
  const shape = readShape(envelope, payloadType);
  if (!shape) return { problem: "bad_envelope" };
  const signed = preAuthEncode(payloadType, shape.payload);
  const signers = new Set();
  let isAnyKnown = false;
  for (const { keyid, sig } of shape.signatures) {
    const key = keys.find((candidate) => candidate.keyid === keyid);
    const publicKey = key && importKey(key);
    if (!publicKey) continue;
    isAnyKnown = true;
    if (verify(null, signed, publicKey, Buffer.from(sig, "base64"))) signers.add(keyid);
  }
  if (signers.size > 0) return { payload: shape.payload, signers: [...signers] };
  return { problem: isAnyKnown ? "bad_signature" : "unknown_key" };
}

/**
 * @param {any} envelope
 * @param {string} payloadType
 * @returns {{ payload: Buffer, signatures: { keyid: string, sig: string }[] } | null}
 */
function readShape(envelope, payloadType) {
  if (typeof envelope !== "object" || envelope === null || envelope.payloadType !== payloadType) return null;
  const { payload, signatures } = envelope;
  if (typeof payload !== "string" || payload.length > AGENT_LIMITS.payloadBytes * 2) return null;
  const bytes = Buffer.from(payload, "base64");
  if (bytes.length > AGENT_LIMITS.payloadBytes || bytes.toString("base64") !== payload) return null;
  if (!Array.isArray(signatures) || signatures.length === 0 || signatures.length > AGENT_LIMITS.envelopeSignatures) return null;
  if (!signatures.every((one) => typeof one?.keyid === "string" && typeof one?.sig === "string")) return null;
  return { payload: bytes, signatures };
}

/** Whether a key is one that could sign: Ed25519, and its keyid its own digest. @param {any} key */
export function isSoundKey(key) {
  return typeof key.keyid === "string" && typeof key.public_key === "string" && importKey(key) !== null;
}

/**
 * A pinned key, or null when it is not Ed25519 or its keyid is not its own digest (then nothing signed with it counts).
 * @param {import("../types.d.mts").TrustKey} key
 */
function importKey(key) {
  const der = Buffer.from(String(key.public_key), "base64");
  if (sha256Hex(der) !== key.keyid) return null;
  try {
    const publicKey = createPublicKey({ key: der, format: "der", type: "spki" });
    return publicKey.asymmetricKeyType === "ed25519" ? publicKey : null;
  } catch {
    return null; // not a key at all: the same as an unknown one
  }
}
