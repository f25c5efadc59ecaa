import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { AGENT_LIMITS } from "../limits.mjs";
import { syncFolder } from "./durable-file.mjs";
import { ArchiveError, readArchive } from "./read-archive.mjs";

/** Room for headers, padding and the end marker on top of the content. */
const TAR_BYTES = AGENT_LIMITS.unpackedBytes + AGENT_LIMITS.archiveEntries * 1_536 + 10_240;

/**
 * Unpacks a tar.gz into a folder that must not exist yet. Nothing is written before the whole archive was found acceptable.
 * @param {string} archivePath
 * @param {string} folder
 * @param {(label: string) => void} kill
 * @throws ArchiveError
 */
export async function unpackArtifact(archivePath, folder, kill) {
  const entries = readArchive(await decompress(readFileSync(archivePath)));
  mkdirSync(folder);
  const folders = new Set([folder]);
  for (const entry of entries) {
    const path = join(folder, entry.path);
    const parent = entry.kind === "folder" ? path : dirname(path);
    mkdirSync(parent, { recursive: true });
    for (let at = parent; at !== folder; at = dirname(at)) folders.add(at);
    if (entry.kind === "file") writeFile(path, entry.bytes, entry.isExecutable ? 0o755 : 0o644);
    kill("stage.mid_unpack");
  }
  for (const path of folders) syncFolder(path);
}

/** @param {Buffer} bytes */
async function decompress(bytes) {
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: TAR_BYTES });
  } catch (error) {
    throw new ArchiveError(`the archive cannot be decompressed (${/** @type {NodeJS.ErrnoException} */ (error).code})`);
  }
}

/** @type {(path: string, bytes: Buffer, mode: number) => void} */
function writeFile(path, bytes, mode) {
  const file = openSync(path, "wx", mode);
  try {
    writeFileSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
