import { gzipSync } from "node:zlib";

const BLOCK = 512;

/** Octal text of a ustar number field, NUL-terminated. */
function octal(value, width) {
  return `${value.toString(8).padStart(width - 1, "0")}\0`;
}

/** A ustar header without owner or time, so that equal content gives equal bytes. */
function header({ path, bytes, type = "0", linkTarget = "" }) {
  if (Buffer.byteLength(path) > 100) throw new RangeError(`${path}: at most 100 bytes fit a ustar name`);
  const block = Buffer.alloc(BLOCK);
  block.write(path, 0);
  block.write(octal(type === "5" ? 0o755 : 0o644, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(bytes.length, 12), 124);
  block.write(octal(0, 12), 136);
  block.write(" ".repeat(8), 148);
  block.write(type, 156);
  block.write(linkTarget, 157);
  block.write("ustar\x0000", 257);
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(`${checksum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

/**
 * Packs entries as an uncompressed ustar archive.
 * @param {readonly { path: string, bytes: Buffer, type?: string, linkTarget?: string }[]} entries type: ustar type flag, "0" (file) unless set
 */
export function writeTar(entries) {
  const blocks = entries.flatMap((entry) => {
    const padding = Buffer.alloc((BLOCK - (entry.bytes.length % BLOCK)) % BLOCK);
    return [header(entry), entry.bytes, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

/** The same, compressed: equal entries give equal bytes on every machine with this zlib. */
export function writeTarGzip(entries) {
  const bytes = gzipSync(writeTar(entries), { level: 9 });
  bytes[9] = 255; // gzip's "operating system" byte: unknown, whichever machine packs
  return bytes;
}
