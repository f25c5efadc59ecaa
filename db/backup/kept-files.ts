import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, mkdir, open, readdir, readFile, rename, stat } from "node:fs/promises";
import path from "node:path";
import type { Part } from "./archive";
import { BackupError } from "./backup-error";

/**
 * What of DATA_DIR is part of a backup: the secrets, the copy of the audit log outside of the database, and what ties the demo's shops to
 * this Center. The shops themselves stand for other people's machines; the embedded cluster's files are worth nothing while it runs.
 */
const KEPT = ["secrets", "audit", "demo/fleet.json", "demo/signing"];

async function listBelow(dataDir: string, relative: string): Promise<string[]> {
  const info = await stat(path.join(dataDir, relative)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (!info) return [];
  if (!info.isDirectory()) return [relative];
  const names = await readdir(path.join(dataDir, relative));
  // A dot file is another process' draft of a moment.
  const below = await Promise.all(names.filter((name) => !name.startsWith(".")).map((name) => listBelow(dataDir, `${relative}/${name}`)));
  return below.flat().sort();
}

/** A file as it stood when it was noted; what is appended later is not read. */
export interface KeptFile {
  /** Below DATA_DIR, with slashes. */
  readonly path: string;
  readonly bytes: number;
}

/**
 * Notes the kept files, before the snapshot of the database is taken: the copy of the audit log is then never longer than the log that is
 * backed up with it, and its checkpoints, noted first, never speak of leaves that are not there.
 */
export async function noteKeptFiles(dataDir: string): Promise<KeptFile[]> {
  const noted: KeptFile[] = [];
  for (const name of KEPT) {
    for (const below of await listBelow(dataDir, name)) noted.push({ path: below, bytes: (await stat(path.join(dataDir, below))).size });
  }
  return noted;
}

/** The noted files as parts. @param sha256 takes the hash of each file that went by */
export async function* fileParts(dataDir: string, noted: readonly KeptFile[], sha256: Record<string, string>): AsyncGenerator<Part> {
  for (const { path: name, bytes } of noted) {
    async function* body(): AsyncGenerator<Buffer> {
      const hash = createHash("sha256");
      const source = bytes === 0 ? [] : createReadStream(path.join(dataDir, name), { end: bytes - 1 });
      for await (const chunk of source as AsyncIterable<Buffer>) {
        hash.update(chunk);
        yield chunk;
      }
      sha256[name] = hash.digest("hex");
    }
    yield { head: { kind: "file", path: name }, body: body() };
  }
}

async function isSameFile(file: string, wanted: string): Promise<boolean | null> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  return bytes && createHash("sha256").update(bytes).digest("hex") === wanted;
}

/**
 * Puts a kept file back, whole or not at all. What is there already wins: a copy of the audit log that outlived the database is what tells
 * how much was lost.
 *
 * @throws BackupError for a secret that is another one here: whatever is sealed with it would not open any more
 */
export async function putBack(
  dataDir: string,
  relative: string,
  body: AsyncIterable<Buffer> | Iterable<Buffer>,
  wanted: string,
): Promise<"written" | "kept"> {
  const file = path.join(dataDir, ...relative.split("/"));
  const isSame = await isSameFile(file, wanted);
  if (isSame === false && relative.startsWith("secrets/")) {
    throw new BackupError(`${file} is not the one in the backup: restore into a DATA_DIR of its own, or move the file away`);
  }
  if (isSame !== null) {
    for await (const _chunk of body);
    return "kept";
  }
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(`${file}.restoring`, "w", 0o600);
  try {
    for await (const chunk of body) await handle.appendFile(chunk);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(`${file}.restoring`, 0o600);
  await rename(`${file}.restoring`, file);
  return "written";
}
