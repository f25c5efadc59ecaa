import { createHash, type KeyObject, sign, verify } from "node:crypto";
import { HASH_BYTES } from "../tree/hash";

/** What a checkpoint says: this log had this many entries and this root then. */
export interface Checkpoint {
  /** Name of the log. */
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
  readonly at: Date;
}

/** A key that checkpoints are signed by. `publicKey` is base64 of the SPKI DER, `keyid` its SHA-256 in hex. */
export interface CheckpointKey {
  readonly keyid: string;
  readonly publicKey: string;
}

export interface ParsedNote extends Checkpoint {
  /** The signed bytes. */
  readonly text: string;
  readonly keyHash: Buffer;
  readonly signature: Buffer;
}

const KEY_HASH_BYTES = 4;
const SIGNATURE_BYTES = 64;
const RAW_KEY_BYTES = 32;
const NOTE = /^([^\n+ ]{1,128})\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\ntime (\S{24})\n\n— \1 ([A-Za-z0-9+/]+=*)\n$/;

/** How a note names its key. Source: C2SP signed-note, with signature type 1 (Ed25519). */
function keyHash(origin: string, { publicKey }: CheckpointKey): Buffer {
  const raw = Buffer.from(publicKey, "base64").subarray(-RAW_KEY_BYTES);
  return createHash("sha256").update(`${origin}\n`).update(Buffer.of(1)).update(raw).digest().subarray(0, KEY_HASH_BYTES);
}

/** Name of the log that begins with this key: it lasts when the key changes. */
export function originOf(firstKeyid: string): string {
  return `reliability-center/${firstKeyid.slice(0, 16)}`;
}

/**
 * Signs a checkpoint as a text of at most some 260 characters, which agents echo.
 * Source: C2SP signed-note and tlog-checkpoint; the time is an extension line.
 */
export function signNote({ origin, size, root, at }: Checkpoint, key: CheckpointKey & { readonly privateKey: KeyObject }): string {
  const text = `${origin}\n${size}\n${root.toString("base64")}\ntime ${at.toISOString()}\n`;
  const signature = sign(null, Buffer.from(text, "utf8"), key.privateKey);
  return `${text}\n— ${origin} ${Buffer.concat([keyHash(origin, key), signature]).toString("base64")}\n`;
}

/** @returns null for a text that no log signs like this; whether the signature is good is another question */
export function parseNote(note: string): ParsedNote | null {
  const [, origin, size, root, time, signed] = NOTE.exec(note) ?? [];
  if (origin === undefined || size === undefined || root === undefined || time === undefined || signed === undefined) return null;
  const at = new Date(time);
  const bytes = Buffer.from(signed, "base64");
  const rootBytes = Buffer.from(root, "base64");
  if (Number.isNaN(at.getTime()) || !Number.isSafeInteger(Number(size))) return null;
  if (bytes.length !== KEY_HASH_BYTES + SIGNATURE_BYTES || rootBytes.length !== HASH_BYTES) return null;
  return {
    origin,
    size: Number(size),
    root: rootBytes,
    at,
    text: note.slice(0, note.indexOf("\n\n") + 1),
    keyHash: bytes.subarray(0, KEY_HASH_BYTES),
    signature: bytes.subarray(KEY_HASH_BYTES),
  };
}

/** The key among these that signed a note, or null. */
export function signerOf<Key extends CheckpointKey & { readonly verifyingKey: KeyObject }>(
  note: ParsedNote,
  keys: readonly Key[],
): Key | null {
  const text = Buffer.from(note.text, "utf8");
  const isSigner = (key: Key) => keyHash(note.origin, key).equals(note.keyHash) && verify(null, text, key.verifyingKey, note.signature);
  return keys.find(isSigner) ?? null;
}
