import { deflateRawSync } from "node:zlib";

export interface ZipEntry {
  path: string;
  content?: string | Buffer;
  /** st_mode as Unix tools write it; a plain file or folder unless said otherwise. */
  mode?: number;
  /** 8 deflate (default), 0 stored, anything else is only claimed. */
  method?: number;
  flags?: number;
  /** What the directory claims the size to be. */
  claimedSize?: number;
  /** The name in front of the bytes, where it differs from the directory's. */
  localPath?: string;
  /** Its flags in front of the bytes, where they differ. */
  localFlags?: number;
  /** An extra field of the directory's record. */
  extra?: Buffer;
  /** Where the directory says it begins, instead of where it does. */
  offset?: number;
  /** Bytes behind the packed ones that belong to them by their length. */
  behind?: Buffer;
}

/** A zip written field by field, so that a test can write what no honest tool would. */
export function makeZip(entries: ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { local, central } = toRecords(entry, offset);
    parts.push(local);
    directory.push(central);
    offset += local.length;
  }
  const size = directory.reduce((total, one) => total + one.length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

function toRecords({ path, content = "", mode, method = 8, flags = 0, ...odd }: ZipEntry, offset: number) {
  const bytes = Buffer.from(content);
  const packed = Buffer.concat([method === 8 && bytes.length > 0 ? deflateRawSync(bytes) : bytes, odd.behind ?? Buffer.alloc(0)]);
  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(20, 0);
  shared.writeUInt16LE(flags, 2);
  shared.writeUInt16LE(method, 4);
  shared.writeUInt32LE(crc32(bytes), 10);
  shared.writeUInt32LE(packed.length, 14);
  shared.writeUInt32LE(odd.claimedSize ?? bytes.length, 18);
  const sign = (signature: number) => {
    const field = Buffer.alloc(4);
    field.writeUInt32LE(signature);
    return field;
  };
  const withName = (name: string) => {
    const head = Buffer.from(shared);
    head.writeUInt16LE(Buffer.byteLength(name), 22);
    return head;
  };
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(((mode ?? (path.endsWith("/") ? 0o040755 : 0o100644)) << 16) >>> 0, 6);
  tail.writeUInt32LE(odd.offset ?? offset, 10);
  const localName = odd.localPath ?? path;
  const localHead = withName(localName);
  localHead.writeUInt16LE(odd.localFlags ?? flags, 2);
  const local = [sign(0x04034b50), localHead, Buffer.from(localName), packed];
  const extra = odd.extra ?? Buffer.alloc(0);
  const head = withName(path);
  head.writeUInt16LE(extra.length, 24);
  const central = [sign(0x02014b50), Buffer.from([20, 3]), head, tail, Buffer.from(path), extra];
  return { local: Buffer.concat(local), central: Buffer.concat(central) };
}

const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
  return remainder;
});

/** Source: ISO 3309, as used by zip; Node 20 has none of its own. */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (REMAINDERS[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}
