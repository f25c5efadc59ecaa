import { gzipSync } from "node:zlib";

export interface TarEntry {
  path: string;
  content?: string | Buffer;
  /** ustar type flag; "0" file (default), "5" folder, "1"/"2" links, "x"/"g" pax, "L" GNU long name ... */
  type?: string;
  mode?: number;
  linkTo?: string;
  prefix?: string;
  /** Changes the finished header block before its checksum is written. */
  tamper?(header: Buffer): void;
}

const BLOCK = 512;

/** A tar written field by field, so that a test can write what no honest tool would. */
export function makeTar(entries: TarEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(toBlocks), Buffer.alloc(2 * BLOCK)]);
}

/** The same, compressed: an artifact. */
export function makeArchive(entries: TarEntry[]): Buffer {
  return gzipSync(makeTar(entries));
}

/** One record of a pax header: its length counts itself. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest) + 1;
  while (Buffer.byteLength(`${length}${rest}`) !== length) length += 1;
  return `${length}${rest}`;
}

function toBlocks({ path, content = "", type = "0", mode = 0o644, linkTo = "", prefix = "", tamper }: TarEntry): Buffer[] {
  const bytes = Buffer.from(content);
  const header = Buffer.alloc(BLOCK);
  header.write(path, 0, 100);
  header.write(octal(mode, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(bytes.length, 11), 124);
  header.write(octal(0, 11), 136);
  header.write(type, 156);
  header.write(linkTo, 157, 100);
  header.write("ustar\0" + "00", 257);
  header.write(prefix, 345, 155);
  tamper?.(header);
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0 `, 148);
  return [header, bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)];
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, "0");
