import { type ArchiveBounds, type ArchiveEntry, ArchiveError, addEntry, checkEntryPath } from "@/lib/delivery/archive/archive-entries";

interface Header {
  readonly path: string;
  readonly size: number;
  readonly type: string;
  readonly isExecutable: boolean;
}

const BLOCK = 512;
/** Records of an extended header that only describe an entry; any other could change what is unpacked where. */
const DESCRIBING_RECORD = /^(?:mtime|atime|ctime|uid|gid|uname|gname|comment|SCHILY\..+|LIBARCHIVE\..+)$/;
/**
 * Reads an uncompressed tar as an agent will: what one of them refuses must not reach the other.
 *
 * Only regular files and folders exist here. Links, devices, sparse files, absolute paths, `..`, names that collide on some
 * file system, data after the end and whatever is not understood make the whole archive unacceptable.
 *
 * @returns entries in the archive's order, paths with forward slashes, no "./" and no trailing slash
 * @throws ArchiveError
 * Source: POSIX.1-2017 pax (ustar interchange format and extended headers), GNU tar's long names ("L").
 */
export function readArchive(tar: Uint8Array, bounds: ArchiveBounds): readonly ArchiveEntry[] {
  const entries = new Map<string, ArchiveEntry>();
  let offset = 0;
  let total = 0;
  let longPath: string | null = null;
  while (!isZero(tar.subarray(offset, offset + BLOCK))) {
    const header = readHeader(tar.subarray(offset, offset + BLOCK));
    const bytes = tar.subarray(offset + BLOCK, offset + BLOCK + header.size);
    if (bytes.length !== header.size) throw new ArchiveError("the archive is cut off");
    offset += BLOCK + Math.ceil(header.size / BLOCK) * BLOCK;

    if ("xgL".includes(header.type)) {
      if (bytes.length > bounds.headerBytes) throw new ArchiveError("an extended header is too long");
      longPath = readExtension(header.type, bytes) ?? longPath;
      continue;
    }
    total += header.size;
    if (total > bounds.unpackedBytes) throw new ArchiveError(`the archive unpacks to more than ${bounds.unpackedBytes} bytes`);
    const entry = toEntry(header, longPath ?? header.path, bytes, bounds);
    if (entry) addEntry(entries, entry);
    if (entries.size > bounds.entries) throw new ArchiveError(`the archive holds more than ${bounds.entries} entries`);
    longPath = null;
  }
  if (!isZero(tar.subarray(offset))) throw new ArchiveError("there is data after the end of the archive");
  if (tar.length < offset + BLOCK) throw new ArchiveError("the archive has no end");
  return [...entries.values()];
}

function readHeader(block: Uint8Array): Header {
  if (block.length < BLOCK) throw new ArchiveError("the archive is cut off");
  // The checksum counts its own field as spaces.
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  if (readOctal(block, 148, 8) !== sum) throw new ArchiveError("a header's checksum is wrong");
  const name = readField(block, 0, 100);
  // GNU tar's own format keeps other things where ustar keeps the prefix.
  const prefix = latin1(block.subarray(257, 263)) === "ustar\0" ? readField(block, 345, 155) : "";
  const type = block[156] ?? 0;
  return {
    path: prefix === "" ? name : `${prefix}/${name}`,
    size: readOctal(block, 124, 12),
    type: type === 0 ? "0" : String.fromCharCode(type),
    isExecutable: (readOctal(block, 100, 8) & 0o100) !== 0,
  };
}

/** The path that a pax header (x, g) or a GNU long name (L) gives the next entry, if any. */
function readExtension(type: string, bytes: Uint8Array): string | null {
  if (type === "L") return readField(bytes, 0, bytes.length);
  let path: string | null = null;
  for (const [key, value] of readRecords(bytes)) {
    if (key === "path" && type === "x") path = value;
    else if (!DESCRIBING_RECORD.test(key)) throw new ArchiveError(`extended header ${JSON.stringify(key)} is not accepted`);
  }
  return path;
}

/** The records of a pax header: `<length> <key>=<value>\n`, the length covering the whole record in bytes. */
function* readRecords(bytes: Uint8Array): Generator<readonly [string, string]> {
  let offset = 0;
  while (offset < bytes.length) {
    const space = bytes.indexOf(0x20, offset);
    const length = space < 0 ? Number.NaN : Number(latin1(bytes.subarray(offset, space)));
    const end = offset + length;
    const record = Number.isInteger(length) && end <= bytes.length ? decode(bytes.subarray(space + 1, end)) : "";
    const equals = record.indexOf("=");
    if (space + 1 >= end || equals < 1 || !record.endsWith("\n")) throw new ArchiveError("an extended header is malformed");
    yield [record.slice(0, equals), record.slice(equals + 1, -1)];
    offset = end;
  }
}

function toEntry(header: Header, path: string, bytes: Uint8Array, bounds: ArchiveBounds): ArchiveEntry | null {
  const isFolder = header.type === "5" || (header.type === "0" && path.endsWith("/"));
  if (!isFolder && header.type !== "0") throw new ArchiveError(`entry type ${JSON.stringify(header.type)} is not accepted`);
  if (isFolder && header.size > 0) throw new ArchiveError("a folder has content");
  const kind = isFolder ? "folder" : "file";
  const clean = checkEntryPath(path, kind, bounds);
  return clean === null ? null : { path: clean, kind, isExecutable: header.isExecutable, bytes };
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

function readField(block: Uint8Array, start: number, length: number): string {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return decode(end < 0 ? field : field.subarray(0, end));
}

/** An octal number; GNU's base-256 form, only needed beyond 8 GiB, is refused with everything else that is no octal digit. */
function readOctal(block: Uint8Array, start: number, length: number): number {
  const text = latin1(block.subarray(start, start + length))
    .replace(/[\0 ]+$/, "")
    .trimStart();
  if (!/^[0-7]*$/.test(text)) throw new ArchiveError("a number in a header is malformed");
  return text === "" ? 0 : Number.parseInt(text, 8);
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ArchiveError("a name is no valid UTF-8");
  }
}
