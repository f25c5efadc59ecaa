import { createCipheriv, createDecipheriv, createPrivateKey, randomBytes, scryptSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeSigningKey } from "@/lib/delivery/signing-key";
import { type MetadataSigner, metadataSigner } from "@/lib/delivery/tuf/tuf-key";

/** The public part of a key file, which anybody may see. */
export interface KeyFile {
  readonly keyid: string;
  readonly public: string;
  /** Base64 of the PKCS #8 DER, where no passphrase was given: the file's mode is then all that guards it. */
  readonly private?: string;
  readonly sealed?: { readonly salt: string; readonly nonce: string; readonly tag: string; readonly data: string };
}

/** Cost of one try at a passphrase: 128 MiB and about half a second. */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };

function sealingKey(passphrase: string, salt: Buffer): Buffer {
  return scryptSync(passphrase.normalize("NFKC"), salt, 32, SCRYPT);
}

function seal(pkcs8: string, passphrase: string): NonNullable<KeyFile["sealed"]> {
  const [salt, nonce] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv("aes-256-gcm", sealingKey(passphrase, salt), nonce);
  const data = Buffer.concat([cipher.update(Buffer.from(pkcs8, "base64")), cipher.final()]);
  const text = (bytes: Buffer) => bytes.toString("base64");
  return { salt: text(salt), nonce: text(nonce), tag: text(cipher.getAuthTag()), data: text(data) };
}

function unseal({ salt, nonce, tag, data }: NonNullable<KeyFile["sealed"]>, passphrase: string): Buffer {
  const bytes = (text: string) => Buffer.from(text, "base64");
  const decipher = createDecipheriv("aes-256-gcm", sealingKey(passphrase, bytes(salt)), bytes(nonce));
  decipher.setAuthTag(bytes(tag));
  return Buffer.concat([decipher.update(bytes(data)), decipher.final()]);
}

/** Writes a secret so that nobody else may read it, and never over one that is there. */
function writeOnce(file: string, content: KeyFile): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: "wx" });
}

/**
 * Makes a key that never leaves its file.
 * @param passphrase  seals it; null leaves it to the file's mode, 0600
 * @throws Error when the file is there already
 */
export function makeKeyFile(file: string, passphrase: string | null): KeyFile {
  const { privateKey } = makeSigningKey(randomBytes(32));
  const { keyid, publicHex } = metadataSigner(createPrivateKey({ key: Buffer.from(privateKey, "base64"), format: "der", type: "pkcs8" }));
  const secret = passphrase === null ? { private: privateKey } : { sealed: seal(privateKey, passphrase) };
  const content: KeyFile = { keyid, public: publicHex, ...secret };
  writeOnce(file, content);
  return content;
}

export function readKeyFile(file: string): KeyFile | null {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as KeyFile) : null;
}

/**
 * Opens a key to sign with.
 * @throws Error when it needs a passphrase, or this is not the one
 */
export function openKeyFile(file: string, passphrase: string | null): MetadataSigner {
  const content = readKeyFile(file);
  if (!content) throw new Error(`there is no key ${file}`);
  if (content.sealed && passphrase === null) throw new Error(`${file} is sealed: set RELEASE_PASSPHRASE`);
  try {
    const pkcs8 = content.sealed ? unseal(content.sealed, passphrase ?? "") : Buffer.from(content.private ?? "", "base64");
    const signer = metadataSigner(createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" }));
    if (signer.keyid === content.keyid) return signer;
  } catch {
    // A wrong passphrase and a damaged file look the same, and are told alike.
  }
  throw new Error(`${file} does not open: is RELEASE_PASSPHRASE the one it was made with?`);
}
