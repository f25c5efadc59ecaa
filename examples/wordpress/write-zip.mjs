import { deflateRawSync } from "node:zlib";

const LOCAL = 0x04034b50;
const DIRECTORY = 0x02014b50;
const END = 0x06054b50;
const MADE_ON_UNIX = 0x0314;
const UTF8_NAMES = 0x0800;
const DEFLATED = 8;
const PLAIN_FILE = 0o100644 * 2 ** 16;

/**
 * A zip of plain files, the same bytes for the same files: no times, in the order given.
 * @param {{ path: string, bytes: Buffer }[]} files
 */
export function writeZip(files) {
  /** @type {Buffer[]} */
  const parts = [];
  /** @type {Buffer[]} */
  const directory = [];
  let offset = 0;
  for (const { path, bytes } of files) {
    const name = Buffer.from(path);
    const packed = deflateRawSync(bytes);
    const shared = fields(
      [2, 20],
      [2, UTF8_NAMES],
      [2, DEFLATED],
      [4, 0],
      [4, crc32(bytes)],
      [4, packed.length],
      [4, bytes.length],
      [2, name.length],
    );
    const local = Buffer.concat([fields([4, LOCAL]), shared, fields([2, 0]), name, packed]);
    const tail = fields([2, 0], [2, 0], [2, 0], [2, 0], [4, PLAIN_FILE], [4, offset]);
    directory.push(fields([4, DIRECTORY], [2, MADE_ON_UNIX]), shared, tail, name);
    parts.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = fields([4, END], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, listed.length], [4, offset], [2, 0]);
  return Buffer.concat([...parts, listed, end]);
}

/** Little-endian numbers, each in so many bytes. @param {...[bytes: 2 | 4, value: number]} numbers */
function fields(...numbers) {
  return Buffer.concat(
    numbers.map(([bytes, value]) => {
      const field = Buffer.alloc(bytes);
      field.writeUIntLE(value >>> 0, 0, bytes);
      return field;
    }),
  );
}

/** Source: ISO 3309, as used by zip. @param {Buffer} bytes */
function crc32(bytes) {
  let remainder = 0xffffffff;
  for (const byte of bytes) {
    remainder ^= byte;
    for (let bit = 0; bit < 8; bit += 1) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
  }
  return (remainder ^ 0xffffffff) >>> 0;
}
