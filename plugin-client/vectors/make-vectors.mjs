/**
 * Makes the test vectors beside this file: `node make-vectors.mjs` writes them anew. Everything comes from fixed seeds, and Ed25519 and HMAC
 * have no randomness of their own, so the files are the same on every machine. The seeds are public: never use a key of these for anything.
 */
import { createHash, createHmac, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { makeCommandVectors } from "./make-command-vectors.mjs";
import { makeMetadataVectors } from "./make-metadata-vectors.mjs";

/** @param {string | Buffer} bytes */
export const sha256 = (bytes) => createHash("sha256").update(bytes).digest();

/** An Ed25519 key that is the same everywhere. @param {string} name */
export function seededKey(name) {
  const seed = sha256(`reliability-center test vector: ${name}`);
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const privateKey = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return {
    keyid: sha256(spki).toString("hex"),
    public_key: spki.toString("base64"),
    publicHex: spki.subarray(-32).toString("hex"),
    sign: (/** @type {Buffer} */ bytes) => sign(null, bytes, privateKey),
  };
}

/** A secret as Center gives them out. @param {string} name */
const seededSecret = (name) => `whsec_${sha256(`reliability-center test vector: ${name}`).toString("base64")}`;

/** @type {(secret: string, id: string, timestamp: number, body: string) => string} */
function mac(secret, id, timestamp, body) {
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}

const NOW = Date.parse("2026-11-22T10:00:00.000Z");
const PLUGIN = "01930000-0000-7000-8000-000000000001";

function makeMessageVectors() {
  const secret = seededSecret("plugin");
  const replaced = seededSecret("plugin, before");
  const [id, timestamp] = ["msg_0193aaaa-0000-4000-8000-000000000001", NOW / 1_000];
  const data = {
    plugin_id: PLUGIN,
    boot_id: "00000000-0000-4000-8000-000000000001",
    seq: 1,
    running_version: "1.2.3",
    disk_version: "1.2.3",
    active: true,
    telemetry: { webhook_fail_rate: 0.25, errors_last_24h: 3 },
    errors: [{ code: "ERR_CAFÉ", fingerprint: "a1b2", count: 1 }],
  };
  const body = JSON.stringify({ type: "plugin.heartbeat", timestamp: new Date(NOW).toISOString(), data });
  const good = mac(secret, id, timestamp, body);
  /** @type {(name: string, accepted: boolean, why: string, changes?: Record<string, unknown>) => object} */
  const one = (name, accepted, why, changes = {}) => ({
    name,
    accepted,
    why,
    secrets: [secret],
    id,
    timestamp: String(timestamp),
    signature: good,
    body,
    ...changes,
  });
  const at = (/** @type {number} */ seconds) => ({
    timestamp: String(timestamp + seconds),
    signature: mac(secret, id, timestamp + seconds, body),
  });
  return {
    about:
      "Messages signed by Standard Webhooks: HMAC-SHA256 over id.timestamp.body with the base64-decoded secret; now is seconds since 1970. The body counts as UTF-8 bytes.",
    now: timestamp,
    cases: [
      one("good", true, "signed by the secret over exactly these bytes"),
      one("body changed", false, "the body says something else than what was signed", { body: body.replace("0.25", "0.05") }),
      one("whitespace changed", false, "the same JSON in other bytes", { body: JSON.stringify(JSON.parse(body), null, 2) }),
      one("other id", false, "the id is part of what is signed", { id: "msg_0193aaaa-0000-4000-8000-000000000002" }),
      one("other secret", false, "signed by a secret that is not in force", { signature: mac(replaced, id, timestamp, body) }),
      one("stale timestamp", false, "301 s old, though well signed", at(-301)),
      one("future timestamp", false, "301 s ahead, though well signed", at(301)),
      one("at the edge", true, "300 s old is still good", at(-300)),
      one("timestamp moved after signing", false, "the timestamp is part of what is signed", { timestamp: String(timestamp + 1) }),
      one("several signatures", true, "one of them fits: how a sender signs while its secret rotates", {
        signature: `${mac(replaced, id, timestamp, body)} ${good}`,
      }),
      one("several secrets", true, "the receiver knows two while one rotates", { secrets: [replaced, secret] }),
      one("another version of signature", false, "only v1 is known", { signature: good.replace("v1,", "v2,") }),
      one("no version", false, "a signature says its version", { signature: good.slice(3) }),
      one("key not decoded", false, "signed with the text of the secret instead of the bytes that it encodes", {
        signature: `v1,${createHmac("sha256", secret).update(`${id}.${timestamp}.${body}`).digest("base64")}`,
      }),
    ],
  };
}

/** All vectors, by the name of their file. @returns {Record<string, string>} */
export function makeVectors() {
  const files = {
    "messages.json": makeMessageVectors(),
    "commands.json": makeCommandVectors({ now: NOW, pluginId: PLUGIN, seededKey, sha256 }),
    "metadata.json": makeMetadataVectors({ seededKey, sha256 }),
  };
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [name, `${JSON.stringify(content, null, 2)}\n`]));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const [name, text] of Object.entries(makeVectors())) writeFileSync(path.join(import.meta.dirname, name), text);
}
