import { createHash, createPublicKey, verify } from "node:crypto";
import { AGENT_LIMITS } from "../limits.mjs";
import { TufError } from "./tuf-error.mjs";

/** @typedef {{ signed: any, signatures: { keyid: string, sig: string }[] }} Metadata */

const HEX_32 = /^[0-9a-f]{64}$/;
const HEX_64 = /^[0-9a-f]{128}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
/** What stands before the 32 bytes of an Ed25519 key in SPKI form (RFC 8410). */
const SPKI_HEAD = Buffer.from("302a300506032b6570032100", "hex");

/**
 * The bytes that a signature covers: OLPC canonical JSON, as TUF prescribes.
 * @param {unknown} value @param {number} [depth]
 * @returns {string}
 * @throws RangeError for a number that is no safe integer, and for nesting deeper than the limit
 */
export function canonicalize(value, depth = 0) {
  if (depth > AGENT_LIMITS.tufDepth) throw new RangeError("nested too deep");
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new RangeError("no whole number");
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonicalize(item, depth + 1)).join(",")}]`;
  const record = /** @type {Record<string, unknown>} */ (value);
  const members = Object.keys(record).sort();
  return `{${members.map((key) => `${canonicalize(key)}:${canonicalize(record[key], depth + 1)}`).join(",")}}`;
}

/** @param {string} text */
export function sha256Hex(text) {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * Reads a metadata file. Whether anybody signed it is another question (requireThreshold).
 * @param {string} text
 * @param {"root" | "timestamp" | "snapshot" | "targets"} type what it must say it is
 * @param {string} role by which it is named in a refusal
 * @returns {Metadata}
 * @throws TufError tuf_malformed
 */
export function readMetadata(text, type, role) {
  try {
    const file = JSON.parse(text);
    canonicalize(file.signed);
    const { signed, signatures } = file;
    const isHead = signed._type === type && /^1(\.\d+){1,2}$/.test(signed.spec_version) && isVersion(signed.version);
    const isDated = INSTANT.test(signed.expires) && !Number.isNaN(Date.parse(signed.expires));
    const isSigned = Array.isArray(signatures) && signatures.length <= AGENT_LIMITS.tufSignatures;
    if (isHead && isDated && isSigned && signatures.every((one) => typeof one?.keyid === "string" && typeof one?.sig === "string"))
      return { signed, signatures };
  } catch {
    // Not JSON, no object where one belongs, or nested beyond reason: all the same here.
  }
  throw new TufError(`tuf_malformed:${role}`);
}

/** @param {unknown} value */
export function isVersion(value) {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}

/**
 * The keys that speak for a role, by their own ids: a key's id is recomputed, so that one key cannot go by two names, and distinct keys are
 * what is counted.
 * @param {any} keys id -> key, as root or targets list them
 * @param {any} role { keyids, threshold }
 * @param {string} name
 * @returns {{ keys: Map<string, string>, threshold: number }} id -> bare public key in hex
 * @throws TufError tuf_malformed
 */
export function roleKeys(keys, role, name) {
  const { keyids, threshold } = role ?? {};
  if (!Array.isArray(keyids) || keyids.length > AGENT_LIMITS.tufKeysPerRole || !isVersion(threshold))
    throw new TufError(`tuf_malformed:${name}`);
  const found = new Map();
  for (const keyid of keyids) {
    const key = typeof keyid === "string" && Object.hasOwn(Object(keys), keyid) ? keys[keyid] : null;
    const value = key?.keyval?.public;
    const isKey = key?.keytype === "ed25519" && key?.scheme === "ed25519" && typeof value === "string" && HEX_32.test(value);
    const own = sha256Hex(canonicalize({ keytype: "ed25519", scheme: "ed25519", keyval: { public: String(value) } }));
    if (!isKey || own !== keyid || found.has(keyid)) throw new TufError(`tuf_malformed:${name}`);
    found.set(keyid, value);
  }
  return { keys: found, threshold };
}

/**
 * Makes sure that enough different keys of a role signed a file.
 * @param {Metadata} metadata
 * @param {ReturnType<typeof roleKeys>} role
 * @param {string} name
 * @throws TufError tuf_unsigned
 */
export function requireThreshold({ signed, signatures }, { keys, threshold }, name) {
  const bytes = Buffer.from(canonicalize(signed), "utf8");
  const signers = new Set();
  for (const { keyid, sig } of signatures) {
    const value = keys.get(keyid);
    if (value === undefined || signers.has(value) || !HEX_64.test(sig)) continue;
    if (isSignature(bytes, value, sig)) signers.add(value);
  }
  if (signers.size < threshold) throw new TufError(`tuf_unsigned:${name}`);
}

/** @type {(bytes: Buffer, publicHex: string, sig: string) => boolean} */
function isSignature(bytes, publicHex, sig) {
  const der = Buffer.concat([SPKI_HEAD, Buffer.from(publicHex, "hex")]);
  return verify(null, bytes, createPublicKey({ key: der, format: "der", type: "spki" }), Buffer.from(sig, "hex"));
}

/** @type {(metadata: Metadata, now: number, name: string) => void} */
export function requireInDate({ signed }, now, name) {
  if (now >= Date.parse(signed.expires)) throw new TufError(`tuf_expired:${name}`);
}
