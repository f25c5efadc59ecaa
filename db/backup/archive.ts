import { z } from "zod";
import { BackupError } from "./backup-error";
import type { ByteReader } from "./byte-reader";

const counted = z.strictObject({ rows: z.number().int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/** One migration that the database had seen; `when` is how drizzle's journal and its table know each other. */
const migration = z.strictObject({ tag: z.string(), when: z.number(), sha256: z.string() });

const section = z.strictObject({
  /** The table, or the partition of one, in schema public. */
  name: z.string(),
  /** The partitioned table it belongs to. */
  parent: z.string().nullable(),
  columns: z.array(z.string()).min(1),
  /** The primary key as SQL, ready to order by; text in the order of its bytes, which every database agrees on. */
  order: z.string(),
});
/** One table, or one partition, in a backup. */
export type Section = z.output<typeof section>;

/** What everything that follows is about. */
const start = z.strictObject({
  kind: z.literal("start"),
  center_version: z.string(),
  server_version: z.string(),
  /** Instant of the snapshot: whatever was committed later is not in the backup. */
  snapshot_at: z.string(),
  migrations: z.array(migration).min(1),
  sections: z.array(section),
  partitions: z.array(z.strictObject({ name: z.string(), parent: z.string(), bound: z.string() })),
  sequences: z.array(z.strictObject({ name: z.string(), last: z.string(), is_called: z.boolean() })),
  audit: z.strictObject({ entries: z.number().int(), size: z.number().int(), checkpoint: z.number().int(), root: z.string().nullable() }),
});
export type BackupStart = z.output<typeof start>;

const end = z.strictObject({ kind: z.literal("end"), tables: z.record(z.string(), counted), files: z.record(z.string(), z.string()) });
export type BackupEnd = z.output<typeof end>;
/** What was counted while a table went by. */
export type Counted = z.output<typeof counted>;

const file = z.strictObject({
  kind: z.literal("file"),
  /** Below DATA_DIR, with slashes. */
  path: z.string().regex(/^(?!.*\.\.)[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/),
});
const masterKey = z.strictObject({ kind: z.literal("master-key") });
const table = z.strictObject({ kind: z.literal("table"), name: z.string() });

const head = z.discriminatedUnion("kind", [start, masterKey, file, table, end]);
export type PartHead = z.output<typeof head>;

/** One part of a backup. What goes by as its body is read once, in order. */
export interface Part {
  readonly head: PartHead;
  readonly body?: AsyncIterable<Buffer>;
}

/** Longer than any head is: some hundred tables with their columns. */
const HEAD_BYTES = 4 * 1024 * 1024;
const CHUNK_BYTES = 16 * 1024 * 1024;

function lengthWord(length: number): Buffer {
  const word = Buffer.alloc(4);
  word.writeUInt32BE(length);
  return word;
}

/** Parts one after the other: a line of JSON, then the body in chunks, each behind its length, and a length of zero. */
export async function* writeParts(parts: AsyncIterable<Part>): AsyncGenerator<Buffer> {
  for await (const { head: said, body } of parts) {
    yield Buffer.from(`${JSON.stringify(said)}\n`, "utf8");
    if (body) for await (const chunk of body) if (chunk.length > 0) yield Buffer.concat([lengthWord(chunk.length), chunk]);
    yield lengthWord(0);
  }
}

async function* readBody(reader: ByteReader): AsyncGenerator<Buffer> {
  for (;;) {
    const length = (await reader.read(4)).readUInt32BE();
    if (length === 0) return;
    if (length > CHUNK_BYTES) throw new BackupError("a part of this backup is damaged");
    yield await reader.read(length);
  }
}

/**
 * Parts as writeParts wrote them, until the one that ends a backup. A body that nobody read is read over.
 * @throws BackupError for anything else
 */
export async function* readParts(reader: ByteReader): AsyncGenerator<Part & { readonly body: AsyncGenerator<Buffer> }> {
  for (;;) {
    const line = await reader.readLine(HEAD_BYTES);
    const parsed = head.safeParse(JSON.parse(line.toString("utf8")));
    if (!parsed.success) throw new BackupError("a part of this backup is of a kind that this Center does not know");
    const body = readBody(reader);
    yield { head: parsed.data, body };
    for await (const _left of body);
    if (parsed.data.kind === "end") return;
  }
}
