import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { canonicalJson } from "@/lib/kernel/canonical-json";

/** The one place in the database where a sealed value is good; moved to any other place it does not open. */
export interface CellAddress {
  /** Null for what belongs to no tenant. */
  readonly tenantId: string | null;
  readonly table: string;
  readonly column: string;
  readonly row: string;
  /** Which of the tenant's data keys sealed it, 1 .. 2^32-1. */
  readonly keyVersion: number;
}

/** Sealed bytes do not open: another key, another place, or they were changed. It says no more than that. */
export class SealBrokenError extends Error {
  constructor() {
    super("A sealed value does not open here");
    this.name = "SealBrokenError";
  }
}

const FORMAT = 1;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** format (1) | key version (4, big endian) | nonce (12) | tag (16) | ciphertext */
const HEADER_BYTES = 1 + 4 + NONCE_BYTES + TAG_BYTES;

function checkKey(key: Uint8Array): void {
  if (key.length !== KEY_BYTES) throw new RangeError(`a key has ${KEY_BYTES} bytes`);
}

function sealBytes(key: Uint8Array, plain: Uint8Array, keyVersion: number, associated: string): Buffer {
  checkKey(key);
  if (!Number.isInteger(keyVersion) || keyVersion < 1 || keyVersion > 0xffffffff) throw new RangeError("a key version is 1 .. 2^32-1");
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(associated, "utf8"));
  const hidden = Buffer.concat([cipher.update(plain), cipher.final()]);
  const head = Buffer.alloc(5);
  head.writeUInt8(FORMAT, 0);
  head.writeUInt32BE(keyVersion, 1);
  return Buffer.concat([head, nonce, cipher.getAuthTag(), hidden]);
}

function openBytes(key: Uint8Array, sealed: Uint8Array, keyVersion: number, associated: string): Buffer {
  checkKey(key);
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes.length < HEADER_BYTES || bytes[0] !== FORMAT || bytes.readUInt32BE(1) !== keyVersion) throw new SealBrokenError();
  const nonce = bytes.subarray(5, 5 + NONCE_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(associated, "utf8"));
  decipher.setAuthTag(bytes.subarray(5 + NONCE_BYTES, HEADER_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(HEADER_BYTES)), decipher.final()]);
  } catch {
    throw new SealBrokenError();
  }
}

/** Canonical JSON, so that no two addresses give the same bytes. */
function cellAssociated(address: CellAddress): string {
  return canonicalJson(["cell", FORMAT, address.tenantId, address.table, address.column, address.row, address.keyVersion]);
}

function dataKeyAssociated(tenantId: string | null, keyVersion: number): string {
  return canonicalJson(["data-key", FORMAT, tenantId, keyVersion]);
}

/** The master key itself encrypts nothing: each use derives a key of its own. */
function sealingKey(masterKey: Uint8Array): Buffer {
  checkKey(masterKey);
  return Buffer.from(hkdfSync("sha256", masterKey, "", "reliability-center/data-key-seal", KEY_BYTES));
}

/** A new data key for one tenant; it is stored sealed only. */
export function makeDataKey(): Buffer {
  return randomBytes(KEY_BYTES);
}

/** Seals a tenant's data key under the master key. */
export function sealDataKey(masterKey: Uint8Array, dataKey: Uint8Array, tenantId: string | null, keyVersion: number): Buffer {
  checkKey(dataKey);
  return sealBytes(sealingKey(masterKey), dataKey, keyVersion, dataKeyAssociated(tenantId, keyVersion));
}

/** @throws SealBrokenError for another master key, tenant or version, or changed bytes */
export function openDataKey(masterKey: Uint8Array, sealed: Uint8Array, tenantId: string | null, keyVersion: number): Buffer {
  return openBytes(sealingKey(masterKey), sealed, keyVersion, dataKeyAssociated(tenantId, keyVersion));
}

/** Seals one value for one place (AES-256-GCM, the place is authenticated with it). */
export function seal(dataKey: Uint8Array, plain: string | Uint8Array, address: CellAddress): Buffer {
  return sealBytes(dataKey, typeof plain === "string" ? Buffer.from(plain, "utf8") : plain, address.keyVersion, cellAssociated(address));
}

/** @throws SealBrokenError for another key or place, or changed bytes */
export function open(dataKey: Uint8Array, sealed: Uint8Array, address: CellAddress): Buffer {
  return openBytes(dataKey, sealed, address.keyVersion, cellAssociated(address));
}

/** Which data key a sealed value needs, so that old values open while a rotation goes on. */
export function keyVersionOf(sealed: Uint8Array): number {
  if (sealed.length < HEADER_BYTES || sealed[0] !== FORMAT) throw new SealBrokenError();
  return Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength).readUInt32BE(1);
}
