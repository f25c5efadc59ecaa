import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  pbkdf2Sync,
  randomBytes,
  sign,
} from "node:crypto";

const FORMAT = "reliability-approver-key/1";
const ROUNDS = 600_000;
const ROUNDS_ALLOWED = { least: 100_000, most: 10_000_000 };
const TAG_BYTES = 16;

/** @typedef {{ format: string, approver: string, keyid: string, public_key: string, created_at: string,
 *   kdf: { name: string, iterations: number, salt: string }, cipher: { name: string, iv: string }, wrapped: string }} KeyFile */

/** @param {string} passphrase @param {KeyFile["kdf"]} kdf */
function wrappingKey(passphrase, { salt, iterations }) {
  return pbkdf2Sync(passphrase.normalize("NFKC"), Buffer.from(salt, "base64"), iterations, 32, "sha256");
}

/** @param {Pick<KeyFile, "approver" | "keyid">} file */
const boundTo = ({ approver, keyid }) => Buffer.from(`${FORMAT}\n${approver}\n${keyid}`);

/**
 * Makes an Ed25519 key and wraps it at once, in the form that the browser reads and writes, too.
 * @param {string} approver @param {string} passphrase @param {Date} now
 * @returns {KeyFile}
 */
export function makeKeyFile(approver, passphrase, now) {
  const pair = generateKeyPairSync("ed25519");
  const spki = pair.publicKey.export({ type: "spki", format: "der" });
  const keyid = createHash("sha256").update(spki).digest("hex");
  const kdf = { name: "PBKDF2-SHA256", iterations: ROUNDS, salt: randomBytes(16).toString("base64") };
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", wrappingKey(passphrase, kdf), iv).setAAD(boundTo({ approver, keyid }));
  const pkcs8 = pair.privateKey.export({ type: "pkcs8", format: "der" });
  const wrapped = Buffer.concat([cipher.update(pkcs8), cipher.final(), cipher.getAuthTag()]).toString("base64");
  const created_at = now.toISOString();
  const made = { format: FORMAT, approver, keyid, public_key: spki.toString("base64"), created_at, kdf };
  return { ...made, cipher: { name: "AES-256-GCM", iv: iv.toString("base64") }, wrapped };
}

/** @param {string} text @returns {KeyFile} @throws Error when it is no key file */
export function readKeyFile(text) {
  const file = JSON.parse(text);
  const rounds = file?.kdf?.iterations;
  if (file?.format !== FORMAT || !(rounds >= ROUNDS_ALLOWED.least && rounds <= ROUNDS_ALLOWED.most))
    throw new Error("this is no key file of an approver");
  return file;
}

/**
 * Opens a key. @param {KeyFile} file @param {string} passphrase
 * @throws Error for a wrong passphrase, which a changed file looks like, too
 */
export function openKey(file, passphrase) {
  const bytes = Buffer.from(file.wrapped, "base64");
  const decipher = createDecipheriv("aes-256-gcm", wrappingKey(passphrase, file.kdf), Buffer.from(file.cipher.iv, "base64"));
  decipher.setAAD(boundTo(file)).setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const pkcs8 = Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]);
    return createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  } catch {
    throw new Error("the passphrase is wrong, or the key file was changed");
  }
}

/**
 * A DSSE envelope over exactly these bytes.
 * @param {"approval" | "enrolment" | "trust"} what @param {Buffer} payload @param {KeyFile} file @param {string} passphrase
 */
export function signEnvelope(what, payload, file, passphrase) {
  const payloadType = `application/vnd.reliability.${what}+json`;
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  const sig = sign(null, Buffer.concat([Buffer.from(head), payload]), openKey(file, passphrase)).toString("base64");
  return { payloadType, payload: payload.toString("base64"), signatures: [{ keyid: file.keyid, sig }] };
}
