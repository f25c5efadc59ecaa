import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { type BackupEnd, type BackupStart, type Part, readParts } from "./archive";
import { BackupError } from "./backup-error";
import { type BackupKey, drawKey, HEADER_BYTES, readHeader } from "./backup-key";
import { ByteReader } from "./byte-reader";
import { tallied } from "./read-tables";
import { openFrames } from "./sealed-frames";

/** The parts of a backup, opened; each body is read before the next part is asked for. */
export async function* openBackup(file: string, key: BackupKey): AsyncGenerator<Part & { readonly body: AsyncGenerator<Buffer> }> {
  const reader = new ByteReader(createReadStream(file) as AsyncIterable<Buffer>);
  const line = await reader.readLine(HEADER_BYTES);
  const frames = Readable.from(openFrames(drawKey(key, readHeader(line)), line, reader), { objectMode: false });
  const unpacked = createGunzip();
  frames.on("error", (error) => unpacked.destroy(error));
  frames.pipe(unpacked);
  const parts = new ByteReader(unpacked as AsyncIterable<Buffer>);
  yield* readParts(parts);
  // The last frame is authenticated by being read: a file that was cut right here must not pass for whole.
  if (!(await parts.isAtEnd())) throw new BackupError("something follows the end of this backup");
}

/** What a backup is, once all of it was read. */
export interface BackupContent {
  readonly start: BackupStart;
  readonly end: BackupEnd;
  readonly masterKey: string;
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

async function hashOf(body: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of body) hash.update(chunk);
  return hash.digest("hex");
}

/**
 * Reads a whole backup without touching any database: every frame opens, every table and file has the hash that was written down when it
 * was read, and none is missing.
 *
 * @throws BackupError that says what is wrong
 */
export async function verifyBackup(file: string, key: BackupKey): Promise<BackupContent> {
  let start: BackupStart | null = null;
  let end: BackupEnd | null = null;
  let masterKey: string | null = null;
  const found = new Map<string, string>();
  for await (const { head, body } of openBackup(file, key)) {
    if (head.kind === "start") start = head;
    else if (head.kind === "end") end = head;
    else if (head.kind === "master-key") masterKey = await textOf(body);
    else if (head.kind === "file") found.set(`file ${head.path}`, await hashOf(body));
    else for await (const _chunk of tallied(body, ({ rows, sha256 }) => found.set(`table ${head.name}`, `${rows} ${sha256}`)));
  }
  if (!start || !end || masterKey === null) throw new BackupError("this backup lacks its beginning, its master key or its end");
  const wanted = new Map([
    ...Object.entries(end.files).map(([name, sha256]) => [`file ${name}`, sha256] as const),
    ...Object.entries(end.tables).map(([name, { rows, sha256 }]) => [`table ${name}`, `${rows} ${sha256}`] as const),
  ]);
  for (const [name, hash] of wanted) if (found.get(name) !== hash) throw new BackupError(`${name} is not what was backed up`);
  for (const { name } of start.sections) if (!end.tables[name]) throw new BackupError(`table ${name} is missing in this backup`);
  if (found.size !== wanted.size) throw new BackupError("this backup holds more than it lists");
  return { start, end, masterKey };
}
