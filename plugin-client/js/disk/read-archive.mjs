import { AGENT_LIMITS } from "../limits.mjs";
import { checkEntryPath } from "./check-entry-path.mjs";

/** @typedef {{ path: string, kind: "file" | "folder", isExecutable: boolean, bytes: Buffer }} ArchiveEntry */
/** @typedef {{ path?: string, size?: string }} Extension what an extended header says about the next entry */

const BLOCK = 512;
/** Extended-header records that only describe an entry. Any other one (linkpath, GNU.sparse.*) is refused. */
const HARMLESS_RECORD = /^(?:mtime|atime|ctime|uid|gid|uname|gname|comment|SCHILY\..+|LIBARCHIVE\..+)$/;

export class ArchiveError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "ArchiveError";
  }
}

/**
 * Reads an unpacked tar (ustar, with the pax headers of npm's tar and the long names of GNU tar) into entries. Pure.
 *
 * Only regular files and folders exist here: links, devices, sparse files, absolute paths, `..`, duplicates, data after the end and
 * whatever is not understood make the whole archive unacceptable. Bytes are views of `tar`, not copies.
 *
 * @param {Buffer} tar
 * @returns {ArchiveEntry[]}
 * @throws ArchiveError
 */
export function readArchive(tar) {
  /** @type {Map<string, ArchiveEntry>} */
  const entries = new Map();
  let offset = 0;
  let total = 0;
  /** @type {Extension} */
  let extension = {};
  while (!isZero(tar.subarray(offset, offset + BLOCK))) {
    const header = readHeader(tar, offset);
    const bytes = tar.subarray(offset + BLOCK, offset + BLOCK + header.size);
    if (bytes.length !== header.size) throw new ArchiveError("the archive is cut off");
    offset += BLOCK + Math.ceil(header.size / BLOCK) * BLOCK;

    if ("xgL".includes(header.type)) {
      extension = { ...extension, ...readExtension(header.type, bytes) };
      continue;
    }
    total += header.size;
    if (total > AGENT_LIMITS.unpackedBytes) throw new ArchiveError("the archive holds too many bytes");
    if (extension.size !== undefined && extension.size !== String(header.size)) throw new ArchiveError("two headers differ in size");
    addEntry(entries, toEntry(header, extension.path ?? header.path, bytes));
    extension = {};
  }
  if (!isZero(tar.subarray(offset))) throw new ArchiveError("there is data after the end of the archive");
  if (tar.length < offset + BLOCK) throw new ArchiveError("the archive has no end");
  return [...entries.values()];
}

/**
 * @param {Buffer} tar
 * @param {number} offset
 */
function readHeader(tar, offset) {
  const block = tar.subarray(offset, offset + BLOCK);
  if (block.length < BLOCK) throw new ArchiveError("the archive is cut off");
  let sum = 8 * 32; // the checksum counts its own field as spaces
  for (let i = 0; i < BLOCK; i += 1) if (i < 148 || i >= 156) sum += block[i];
  if (readOctal(block, 148, 8) !== sum) throw new ArchiveError("a header's checksum is wrong");
  const name = readField(block, 0, 100);
  // GNU tar's own format keeps other things where ustar keeps the prefix.
  const prefix = block.toString("latin1", 257, 263) === "ustar\0" ? readField(block, 345, 155) : "";
  return {
    path: prefix === "" ? name : `${prefix}/${name}`,
    isExecutable: (readOctal(block, 100, 8) & 0o100) !== 0,
    size: readOctal(block, 124, 12),
    type: block[156] === 0 ? "0" : String.fromCharCode(block[156]),
  };
}

/**
 * What a pax header (x, g) or a GNU long name (L) says about the next entry.
 * @param {string} type
 * @param {Buffer} bytes
 * @returns {Extension}
 */
function readExtension(type, bytes) {
  if (bytes.length > AGENT_LIMITS.archivePaxBytes) throw new ArchiveError("an extended header is too long");
  if (type === "L") return { path: readField(bytes, 0, bytes.length) };
  /** @type {Extension} */
  const extension = {};
  for (const [key, value] of readRecords(bytes)) {
    if (type === "x" && (key === "path" || key === "size")) extension[key] = value;
    else if (!HARMLESS_RECORD.test(key)) throw new ArchiveError(`extended header ${JSON.stringify(key)} is not accepted`);
  }
  return extension;
}

/**
 * The records of a pax header: `<length> <key>=<value>\n`, the length covering the whole record in bytes.
 * @param {Buffer} bytes
 * @returns {Generator<[string, string]>}
 */
function* readRecords(bytes) {
  let offset = 0;
  while (offset < bytes.length) {
    const space = bytes.indexOf(0x20, offset);
    const length = space < 0 ? Number.NaN : Number(bytes.toString("latin1", offset, space));
    const end = offset + length;
    const record = Number.isInteger(length) && end <= bytes.length ? decode(bytes.subarray(space + 1, end)) : "";
    const equals = record.indexOf("=");
    if (space + 1 >= end || equals < 1 || !record.endsWith("\n")) throw new ArchiveError("an extended header is malformed");
    yield [record.slice(0, equals), record.slice(equals + 1, -1)];
    offset = end;
  }
}

/**
 * @param {ReturnType<typeof readHeader>} header
 * @param {string} path
 * @param {Buffer} bytes
 * @returns {ArchiveEntry | null} null for the root folder itself
 */
function toEntry(header, path, bytes) {
  const isFolder = header.type === "5" || (header.type === "0" && path.endsWith("/"));
  if (!isFolder && header.type !== "0") throw new ArchiveError(`entry type ${JSON.stringify(header.type)} is not accepted`);
  if (isFolder && header.size > 0) throw new ArchiveError("a folder has content");
  const checked = checkEntryPath(path, isFolder);
  if ("problem" in checked) throw new ArchiveError(`${checked.problem}: ${JSON.stringify(path.slice(0, 80))}`);
  if (checked.path === "") return null;
  return { path: checked.path, kind: isFolder ? "folder" : "file", isExecutable: header.isExecutable, bytes };
}

/**
 * Adds an entry unless it collides. Names are compared as the most forgiving file system would, so that nothing can replace
 * something else on a disk that folds case or Unicode forms.
 * @param {Map<string, ArchiveEntry>} entries
 * @param {ArchiveEntry | null} entry
 */
function addEntry(entries, entry) {
  if (!entry) return;
  const folded = fold(entry.path);
  const existing = entries.get(folded);
  const isSameFolder = existing?.kind === "folder" && entry.kind === "folder" && existing.path === entry.path;
  if (existing && !isSameFolder) throw new ArchiveError(`duplicate entry ${JSON.stringify(entry.path)}`);
  for (let slash = folded.indexOf("/"); slash > 0; slash = folded.indexOf("/", slash + 1)) {
    if (entries.get(folded.slice(0, slash))?.kind === "file") throw new ArchiveError(`${JSON.stringify(entry.path)} lies inside a file`);
  }
  if (entry.kind === "file" && [...entries.keys()].some((path) => path.startsWith(`${folded}/`))) {
    throw new ArchiveError(`file ${JSON.stringify(entry.path)} stands where a folder is`);
  }
  entries.set(folded, entry);
  if (entries.size > AGENT_LIMITS.archiveEntries) throw new ArchiveError("the archive holds too many entries");
}

/** @param {string} path */
const fold = (path) => path.normalize("NFKC").toLowerCase();

/** @param {Buffer} bytes */
function isZero(bytes) {
  return bytes.every((byte) => byte === 0);
}

/**
 * @param {Buffer} block
 * @param {number} start
 * @param {number} length
 */
function readField(block, start, length) {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return decode(end < 0 ? field : field.subarray(0, end));
}

/**
 * An octal number; GNU's base-256 form (only needed beyond 8 GiB) is refused with everything else that is no octal digit.
 * @param {Buffer} block
 * @param {number} start
 * @param {number} length
 */
function readOctal(block, start, length) {
  const text = block
    .toString("latin1", start, start + length)
    .replace(/[\0 ]+$/, "")
    .trimStart();
  if (!/^[0-7]*$/.test(text)) throw new ArchiveError("a number in a header is malformed");
  return text === "" ? 0 : Number.parseInt(text, 8);
}

/** @param {Buffer} bytes */
function decode(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ArchiveError("a name is no valid UTF-8");
  }
}
