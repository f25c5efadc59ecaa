import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import { BackupError } from "./backup-error";
import type { ByteReader } from "./byte-reader";

/** Plain bytes of a frame: so much is held in memory, however large the backup is. */
const FRAME_BYTES = 256 * 1024;
const TAG_BYTES = 16;
const LENGTH_BYTES = 4;

/** Which frame it is and whether it is the last one: frames that are left out, moved or cut off do not open. */
function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(index, 0, 6);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}

function sealFrame(key: Buffer, associated: Buffer, index: number, isLast: boolean, plain: Buffer): Buffer {
  const cipher = createCipheriv("aes-256-gcm", key, nonceOf(index, isLast), { authTagLength: TAG_BYTES });
  cipher.setAAD(associated);
  const hidden = Buffer.concat([cipher.update(plain), cipher.final()]);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE((isLast ? 0x80000000 : 0) + hidden.length);
  return Buffer.concat([length, hidden, cipher.getAuthTag()]);
}

function openFrame(key: Buffer, associated: Buffer, index: number, isLast: boolean, sealed: Buffer): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key, nonceOf(index, isLast), { authTagLength: TAG_BYTES });
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()]);
  } catch (error) {
    const why = index === 0 ? "the key is another one, or the file was changed" : "the file was changed";
    throw new BackupError(`part ${index} of this backup does not open: ${why}`, { cause: error });
  }
}

const digestOf = (header: Buffer) => createHash("sha256").update(header).digest();

/**
 * Seals a stream frame by frame (AES-256-GCM, each frame bound to its place and to the file's header).
 *
 * @param key  of this one file: nonces count from zero
 * Source: Hoang, Reyhanitabar, Rogaway, Vizár (2015), "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", STREAM.
 */
export async function* sealFrames(key: Buffer, header: Buffer, source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const associated = digestOf(header);
  let waiting: Buffer[] = [];
  let length = 0;
  let index = 0;
  for await (const chunk of source) {
    waiting.push(chunk);
    length += chunk.length;
    if (length <= FRAME_BYTES) continue;
    const all = Buffer.concat(waiting);
    let from = 0;
    for (; all.length - from > FRAME_BYTES; from += FRAME_BYTES, index += 1) {
      yield sealFrame(key, associated, index, false, all.subarray(from, from + FRAME_BYTES));
    }
    waiting = [all.subarray(from)];
    length = all.length - from;
  }
  yield sealFrame(key, associated, index, true, Buffer.concat(waiting));
}

/**
 * Opens what sealFrames sealed.
 *
 * @throws BackupError for another key, another header, and bytes that were changed, moved, cut off or added
 */
export async function* openFrames(key: Buffer, header: Buffer, reader: ByteReader): AsyncGenerator<Buffer> {
  const associated = digestOf(header);
  for (let index = 0; ; index += 1) {
    const word = (await reader.read(LENGTH_BYTES)).readUInt32BE();
    const isLast = word >= 0x80000000;
    const length = isLast ? word - 0x80000000 : word;
    if (length > FRAME_BYTES) throw new BackupError(`part ${index} of this backup is damaged: it claims to be larger than any is`);
    yield openFrame(key, associated, index, isLast, await reader.read(length + TAG_BYTES));
    if (!isLast) continue;
    if (!(await reader.isAtEnd())) throw new BackupError("something was added after the end of this backup");
    return;
  }
}
