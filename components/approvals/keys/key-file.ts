import { type Bytes, fromBase64, fromText, sha256Hex, toBase64 } from "./bytes";

const FORMAT = "reliability-approver-key/1";
const ROUNDS = 600_000;
/** What a file may ask for: neither next to nothing nor an hour of work. */
const ROUNDS_ALLOWED = { least: 100_000, most: 10_000_000 };

/** A signing key as it is kept: the private half only ever wrapped by its passphrase. The command line reads and writes the same. */
export interface KeyFile {
  readonly format: typeof FORMAT;
  readonly approver: string;
  /** Hex SHA-256 of the SPKI DER. */
  readonly keyid: string;
  /** Base64 of the SPKI DER. */
  readonly public_key: string;
  readonly created_at: string;
  readonly kdf: { readonly name: "PBKDF2-SHA256"; readonly iterations: number; readonly salt: string };
  /** AES-256-GCM over the PKCS #8 DER, bound to format, approver and keyid; the tag stands at the end. */
  readonly cipher: { readonly name: "AES-256-GCM"; readonly iv: string };
  readonly wrapped: string;
}

/** Something a person can act on: said in their language by its code. */
export class KeyError extends Error {
  constructor(readonly code: "no_ed25519" | "wrong_passphrase" | "no_key_file" | "other_person") {
    super(code);
    this.name = "KeyError";
  }
}

const boundTo = ({ approver, keyid }: Pick<KeyFile, "approver" | "keyid">): Bytes => fromText(`${FORMAT}\n${approver}\n${keyid}`);

async function wrappingKey(passphrase: string, { salt, iterations }: KeyFile["kdf"]): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", fromText(passphrase.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  const parameters = { name: "PBKDF2", hash: "SHA-256", salt: fromBase64(salt), iterations };
  return crypto.subtle.deriveKey(parameters, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

async function makePair(): Promise<CryptoKeyPair> {
  try {
    return (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  } catch {
    throw new KeyError("no_ed25519"); // an older browser, or a page that is not a secure context
  }
}

/**
 * Makes a signing key and wraps it at once.
 * @param approver  the holder's address, as it will be signed
 * @throws KeyError where this browser cannot make Ed25519 keys
 */
export async function makeKeyFile(approver: string, passphrase: string, now: Date): Promise<KeyFile> {
  const pair = await makePair();
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  const keyid = await sha256Hex(spki);
  const kdf = { name: "PBKDF2-SHA256", iterations: ROUNDS, salt: toBase64(crypto.getRandomValues(new Uint8Array(16))) } as const;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const parameters = { name: "AES-GCM", iv, additionalData: boundTo({ approver, keyid }) };
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", pair.privateKey);
  const wrapped = await crypto.subtle.encrypt(parameters, await wrappingKey(passphrase, kdf), pkcs8);
  const cipher = { name: "AES-256-GCM", iv: toBase64(iv) } as const;
  return {
    format: FORMAT,
    approver,
    keyid,
    public_key: toBase64(spki),
    created_at: now.toISOString(),
    kdf,
    cipher,
    wrapped: toBase64(wrapped),
  };
}

/** Reads a file that somebody chose. @throws KeyError when it is no key file */
export function readKeyFile(text: string): KeyFile {
  try {
    const file = JSON.parse(text) as KeyFile;
    const rounds = file.kdf.iterations;
    const isOne =
      file.format === FORMAT &&
      [file.approver, file.keyid, file.public_key, file.wrapped, file.kdf.salt, file.cipher.iv].every((part) => typeof part === "string") &&
      rounds >= ROUNDS_ALLOWED.least &&
      rounds <= ROUNDS_ALLOWED.most;
    if (isOne) return file;
  } catch {
    // Not even JSON: said below.
  }
  throw new KeyError("no_key_file");
}

/**
 * Opens a key for one signature; it cannot be taken out of the browser's hands again.
 * @throws KeyError for a wrong passphrase, which a changed file looks like, too
 */
export async function openKey(file: KeyFile, passphrase: string): Promise<CryptoKey> {
  const wrapping = await wrappingKey(passphrase, file.kdf);
  const parameters = { name: "AES-GCM", iv: fromBase64(file.cipher.iv), additionalData: boundTo(file) };
  const pkcs8 = await crypto.subtle.decrypt(parameters, wrapping, fromBase64(file.wrapped)).catch(() => {
    throw new KeyError("wrong_passphrase");
  });
  return crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]).catch(() => {
    throw new KeyError("no_ed25519");
  });
}
