import { type FileHandle, mkdir, open, readFile } from "node:fs/promises";
import path from "node:path";
import { HASH_BYTES } from "../tree/hash";

const CHECKPOINTS = "checkpoints.jsonl";
const LEAVES = "leaves.bin";
/** Longer than any line is, so that the last one is always seen whole. */
const TAIL_BYTES = 4_096;

/** One line of the copy: the signed note, and the key to check it by without the database. */
export interface CopiedCheckpoint {
  readonly note: string;
  readonly public_key: string;
}

/** Where the copy lies below DATA_DIR. */
export function copyDirectory(dataDir: string): string {
  return path.join(dataDir, "audit");
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

async function withFile<T>(file: string, flags: string, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(file, flags, 0o600);
  try {
    return await work(handle);
  } finally {
    await handle.close();
  }
}

async function ifThere<T>(read: Promise<T>, otherwise: T): Promise<T> {
  return read.catch((error: unknown) => {
    if (isMissing(error)) return otherwise;
    throw error;
  });
}

/** A line's checkpoint; a line that is none comes back as a note that nobody signed, so that Verify speaks of it. */
function parseLine(line: string): CopiedCheckpoint {
  try {
    const { note, public_key } = JSON.parse(line) as Partial<CopiedCheckpoint>;
    if (typeof note === "string" && typeof public_key === "string") return { note, public_key };
  } catch {
    return { note: line, public_key: "" };
  }
  return { note: line, public_key: "" };
}

/** Whole lines of a text; what stands after the last line break was torn by a crash and never counted. */
const wholeLines = (text: string) =>
  text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter((line) => line !== "");

/** All copied checkpoints, oldest first. */
export async function readCopied(directory: string): Promise<CopiedCheckpoint[]> {
  return wholeLines(await ifThere(readFile(path.join(directory, CHECKPOINTS), "utf8"), "")).map(parseLine);
}

/** The checkpoint that was copied last, or null. */
export async function readLastCopied(directory: string): Promise<CopiedCheckpoint | null> {
  const text = await ifThere(
    withFile(path.join(directory, CHECKPOINTS), "r", async (handle) => {
      const { size } = await handle.stat();
      const length = Math.min(size, TAIL_BYTES);
      const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
      return buffer.toString("utf8");
    }),
    "",
  );
  const last = wholeLines(text).at(-1);
  return last === undefined ? null : parseLine(last);
}

/** How many leaves were copied. */
export async function countLeaves(directory: string): Promise<number> {
  const bytes = await ifThere(
    withFile(path.join(directory, LEAVES), "r", async (handle) => (await handle.stat()).size),
    0,
  );
  return Math.floor(bytes / HASH_BYTES);
}

/** Copied leaves from an index on, at most `count`; fewer where the copy ends. */
export async function readLeaves(directory: string, from: number, count: number): Promise<Buffer[]> {
  const bytes = await ifThere(
    withFile(path.join(directory, LEAVES), "r", async (handle) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(count * HASH_BYTES), 0, count * HASH_BYTES, from * HASH_BYTES);
      return buffer.subarray(0, bytesRead);
    }),
    Buffer.alloc(0),
  );
  return Array.from({ length: Math.floor(bytes.length / HASH_BYTES) }, (_none, index) =>
    bytes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES),
  );
}

/** Keeps leaves at their places and makes them durable. Two processes of one folder write the same bytes to the same places. */
export async function keepLeaves(directory: string, from: number, leaves: readonly Buffer[]): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await withFile(path.join(directory, LEAVES), "a", async () => undefined);
  await withFile(path.join(directory, LEAVES), "r+", async (handle) => {
    // A disk that fills up takes some of the bytes without a word; only the next write is refused.
    const bytes = Buffer.concat([...leaves]);
    for (let done = 0; done < bytes.length; ) {
      done += (await handle.write(bytes, done, bytes.length - done, from * HASH_BYTES + done)).bytesWritten;
    }
    await handle.sync();
  });
}

/** Adds checkpoints at the end and makes them durable. A line that a crash tore off is ended first, and then says nothing. */
export async function keepCheckpoints(directory: string, checkpoints: readonly CopiedCheckpoint[]): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await withFile(path.join(directory, CHECKPOINTS), "a+", async (handle) => {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(TAIL_BYTES), 0, TAIL_BYTES, Math.max(0, size - TAIL_BYTES));
    const tail = buffer.subarray(0, bytesRead);
    const torn = tail.length - (tail.lastIndexOf(10) + 1);
    if (torn > 0) await handle.truncate(size - torn);
    await handle.appendFile(checkpoints.map((checkpoint) => `${JSON.stringify(checkpoint)}\n`).join(""));
    await handle.sync();
  });
  await withFile(directory, "r", (handle) => handle.sync());
}
