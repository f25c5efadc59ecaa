import { type ArchiveBounds, type ArchiveEntry, ArchiveError, addEntry, checkEntryPath } from "@/lib/delivery/archive/archive-entries";
import { crc32 } from "@/lib/delivery/archive/crc32";

/** Null for what is damaged, longer than that, or followed by something else. */
export type Inflate = (packed: Uint8Array, most: number) => Uint8Array | null;

/** One record of a zip's directory. */
interface ZipRecord {
  readonly path: string;
  readonly kind: ArchiveEntry["kind"];
  readonly isExecutable: boolean;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly offset: number;
}

const END = { signature: 0x06054b50, length: 22 };
const DIRECTORY = { signature: 0x02014b50, length: 46 };
const LOCAL = { signature: 0x04034b50, length: 30 };
const STORED = 0;
const DEFLATED = 8;
/** Sizes stand behind the bytes instead of before them. */
const SIZES_BEHIND = 0x0008;
const UTF8_NAME = 0x0800;
/** How well it was packed (two bits), and the two above; every other flag means encryption, patches or what nobody knows. */
const KNOWN_FLAGS = 0x0006 | SIZES_BEHIND | UTF8_NAME;
/** Zip64 sizes and a second name in Unicode: either could make another reader unpack something else. */
const REFUSED_EXTRAS = new Set([0x0001, 0x7075]);
const UNIX = 3;
const MODE = { kind: 0xf000, folder: 0x4000, file: 0x8000, executable: 0o100 };
const DOS_FOLDER = 0x10;

/**
 * Reads a zip as an agent will: what one of them refuses must not reach the other.
 *
 * Only regular files and folders exist here. Links, devices, encryption, other methods than stored and deflate, zip64, archives in parts,
 * entries that share bytes, names that differ between directory and entry, and whatever is not understood make the whole archive
 * unacceptable. Sizes are refused as announced, then held against what is really there.
 *
 * @param inflate  unpacks to at most so many bytes
 * @returns entries in the directory's order, paths with forward slashes, no "./" and no trailing slash
 * @throws ArchiveError
 * Source: APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12, 4.3.16, 4.4.
 */
export function readZip(zip: Uint8Array, bounds: ArchiveBounds, inflate: Inflate): readonly ArchiveEntry[] {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const { count, directory, end } = readEnd(view, bounds);
  const records = readDirectory(view, { count, directory, end });
  const announced = records.reduce((total, { bytes }) => total + bytes, 0);
  if (announced > bounds.unpackedBytes) throw new ArchiveError(`the archive unpacks to more than ${bounds.unpackedBytes} bytes`);

  const spans = records.map((record) => findBytes(view, record, directory));
  refuseSharedBytes(spans);
  const entries = new Map<string, ArchiveEntry>();
  for (const [at, record] of records.entries()) {
    const path = checkEntryPath(record.path, record.kind, bounds);
    const { start, stop } = spans[at] as Span;
    const bytes = unpack(zip.subarray(start, stop), record, inflate);
    if (path !== null) addEntry(entries, { path, kind: record.kind, isExecutable: record.isExecutable, bytes });
  }
  return [...entries.values()];
}

/** The end of the directory, which must be the end of the file: with a comment there could be two readings of it. */
function readEnd(view: DataView, bounds: ArchiveBounds): { count: number; directory: number; end: number } {
  const end = view.byteLength - END.length;
  if (end < 0 || view.getUint32(end, true) !== END.signature) throw new ArchiveError("the archive has no plain end");
  const [disk, firstDisk, here, count, comment] = [4, 6, 8, 10, 20].map((at) => view.getUint16(end + at, true)) as [number, ...number[]];
  const [size, directory] = [view.getUint32(end + 12, true), view.getUint32(end + 16, true)];
  if (disk !== 0 || firstDisk !== 0 || here !== count) throw new ArchiveError("the archive comes in parts");
  if (comment !== 0 || directory + size !== end) throw new ArchiveError("the archive has no plain end");
  if (count === undefined || count > bounds.entries) throw new ArchiveError(`the archive holds more than ${bounds.entries} entries`);
  return { count, directory, end };
}

function readDirectory(view: DataView, { count, directory, end }: { count: number; directory: number; end: number }): ZipRecord[] {
  const records: ZipRecord[] = [];
  let at = directory;
  for (let i = 0; i < count; i += 1) {
    requireRoom(view, at, DIRECTORY.length);
    if (view.getUint32(at, true) !== DIRECTORY.signature) throw new ArchiveError("the directory of the archive is broken");
    const [name, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true)) as [number, number, number];
    const next = at + DIRECTORY.length + name + extra + comment;
    requireRoom(view, at, next - at);
    refuseExtras(view, at + DIRECTORY.length + name, extra);
    records.push(readRecord(view, at, name));
    at = next;
  }
  if (at !== end) throw new ArchiveError("the directory of the archive is broken");
  return records;
}

function readRecord(view: DataView, at: number, nameBytes: number): ZipRecord {
  const flags = view.getUint16(at + 8, true);
  const path = readName(view, at + DIRECTORY.length, nameBytes, flags);
  const kind = path.endsWith("/") ? "folder" : "file";
  const attributes = view.getUint32(at + 38, true);
  const mode = attributes >>> 16;
  if ((mode & MODE.kind) !== 0 && (mode & MODE.kind) !== MODE[kind])
    throw new ArchiveError(`entry type ${(mode & MODE.kind).toString(8)} is not accepted: ${JSON.stringify(path.slice(0, 80))}`);
  if (kind === "file" && (attributes & DOS_FOLDER) !== 0) throw new ArchiveError("a file that says it is a folder");
  const record = {
    path,
    kind,
    isExecutable: view.getUint8(at + 5) === UNIX && (mode & MODE.executable) !== 0,
    flags,
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packedBytes: view.getUint32(at + 20, true),
    bytes: view.getUint32(at + 24, true),
    offset: view.getUint32(at + 42, true),
  } as const;
  refuseUnusual(record, view.getUint16(at + 34, true));
  return record;
}

function refuseUnusual({ flags, method, kind, bytes, packedBytes }: ZipRecord, disk: number): void {
  if ((flags & 0x2041) !== 0) throw new ArchiveError("an entry is encrypted");
  if ((flags & ~KNOWN_FLAGS) !== 0) throw new ArchiveError(`an entry has flags ${flags.toString(16)}`);
  if (method !== STORED && method !== DEFLATED) throw new ArchiveError(`an entry is packed by method ${method}`);
  if (method === STORED && bytes !== packedBytes) throw new ArchiveError("an entry is not as long as announced");
  if (kind === "folder" && bytes > 0) throw new ArchiveError("a folder has content");
  if (disk !== 0) throw new ArchiveError("the archive comes in parts");
}

/** Without the flag a name is in whatever code page its packer had: only what is the same in all of them is understood. */
function readName(view: DataView, at: number, length: number, flags: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, length);
  if ((flags & UTF8_NAME) === 0 && bytes.some((byte) => byte > 0x7e)) throw new ArchiveError("a name is not marked as UTF-8");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ArchiveError("a name is no valid UTF-8");
  }
}

function refuseExtras(view: DataView, start: number, length: number): void {
  let at = start;
  while (at < start + length) {
    const isWhole = at + 4 <= start + length && at + 4 + view.getUint16(at + 2, true) <= start + length;
    if (!isWhole) throw new ArchiveError("an extra field is malformed");
    const id = view.getUint16(at, true);
    if (REFUSED_EXTRAS.has(id)) throw new ArchiveError(`extra field ${id.toString(16)} is not accepted`);
    at += 4 + view.getUint16(at + 2, true);
  }
}

/** Where an entry begins with its header, where its packed bytes lie. */
interface Span {
  readonly header: number;
  readonly start: number;
  readonly stop: number;
}

/** An entry in front of the directory whose own header says what the directory says of it. */
function findBytes(view: DataView, record: ZipRecord, directory: number): Span {
  const at = record.offset;
  requireRoom(view, at, LOCAL.length);
  const [flags, method, name, extra] = [6, 8, 26, 28].map((field) => view.getUint16(at + field, true)) as [number, number, number, number];
  const start = at + LOCAL.length + name + extra;
  const stop = start + record.packedBytes;
  if (stop > directory) throw new ArchiveError("the archive is cut off");
  refuseExtras(view, at + LOCAL.length + name, extra);
  const sizes = [14, 18, 22].map((field) => view.getUint32(at + field, true));
  const isBehind = (flags & SIZES_BEHIND) !== 0 && sizes.every((size) => size === 0);
  const isSame =
    view.getUint32(at, true) === LOCAL.signature &&
    flags === record.flags &&
    method === record.method &&
    readName(view, at + LOCAL.length, name, flags) === record.path &&
    (isBehind || (sizes[0] === record.crc && sizes[1] === record.packedBytes && sizes[2] === record.bytes));
  if (!isSame) throw new ArchiveError(`an entry is not what the directory says: ${JSON.stringify(record.path.slice(0, 80))}`);
  return { header: at, start, stop };
}

/** Bytes that several entries share make a small archive unpack to a large one. */
function refuseSharedBytes(spans: readonly Span[]): void {
  let free = 0;
  for (const { header, stop } of [...spans].sort((a, b) => a.header - b.header)) {
    if (header < free) throw new ArchiveError("entries share bytes");
    free = stop;
  }
}

/** @returns a view where nothing was packed; never more than was announced, which the caller has found acceptable */
function unpack(packed: Uint8Array, { path, method, bytes, crc }: ZipRecord, inflate: Inflate): Uint8Array {
  const content = method === STORED || packed.length === 0 ? packed : inflate(packed, bytes);
  if (content?.length !== bytes || crc32(content) !== crc)
    throw new ArchiveError(`an entry cannot be decompressed as announced: ${JSON.stringify(path.slice(0, 80))}`);
  return content;
}

function requireRoom(view: DataView, at: number, length: number): void {
  if (at + length > view.byteLength) throw new ArchiveError("the archive is cut off");
}
