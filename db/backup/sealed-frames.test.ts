import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Part, readParts, writeParts } from "./archive";
import { BackupError } from "./backup-error";
import { type BackupKey, drawKey, newHeader, readHeader, writeHeader } from "./backup-key";
import { ByteReader } from "./byte-reader";
import { openFrames, sealFrames } from "./sealed-frames";

const KEY = randomBytes(32);
const HEADER = Buffer.from("a header\n");

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function gather(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}
const sealed = (plain: Buffer, piece = 100_000) => gather(sealFrames(KEY, HEADER, inPieces(plain, piece)));
const opened = (bytes: Buffer, { key = KEY, header = HEADER, piece = 70_001 } = {}) =>
  gather(openFrames(key, header, new ByteReader(inPieces(bytes, piece))));

describe("sealed frames", () => {
  test("give back what was sealed, however it comes and whatever its length", async () => {
    const lengths = fc.constantFrom(0, 1, 1_000, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 700_000);
    await fc.assert(
      fc.asyncProperty(lengths, fc.integer({ min: 5_000, max: 300_000 }), async (length, piece) => {
        const plain = randomBytes(length);
        expect((await opened(await sealed(plain, piece), { piece })).equals(plain)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  const FRAME = 4 + 256 * 1024 + 16;
  test.each<[string, (bytes: Buffer) => Buffer]>([
    [
      "a changed byte",
      (bytes) => Buffer.concat([bytes.subarray(0, 300_000), Buffer.from([bytes.readUInt8(300_000) ^ 1]), bytes.subarray(300_001)]),
    ],
    [
      "frames that changed places",
      (bytes) => Buffer.concat([bytes.subarray(FRAME, 2 * FRAME), bytes.subarray(0, FRAME), bytes.subarray(2 * FRAME)]),
    ],
    ["a frame left out", (bytes) => Buffer.concat([bytes.subarray(0, FRAME), bytes.subarray(2 * FRAME)])],
    ["its last frame cut off", (bytes) => bytes.subarray(0, 2 * FRAME)],
    ["its last bytes cut off", (bytes) => bytes.subarray(0, bytes.length - 1)],
    ["something added", (bytes) => Buffer.concat([bytes, Buffer.from("x")])],
    ["a length that no frame has", (bytes) => Buffer.concat([Buffer.from([0x7f]), bytes.subarray(1)])],
    [
      "an earlier frame called the last one",
      (bytes) => Buffer.concat([Buffer.from([bytes.readUInt8(0) | 0x80]), bytes.subarray(1, FRAME)]),
    ],
  ])("do not open with %s", async (_name, change) => {
    await expect(opened(change(await sealed(randomBytes(600_000))))).rejects.toThrow(BackupError);
  });

  test("do not open under another key or header", async () => {
    const bytes = await sealed(Buffer.from("rows"));
    await expect(opened(bytes, { key: randomBytes(32) })).rejects.toThrow(/another one/);
    await expect(opened(bytes, { header: Buffer.from("another\n") })).rejects.toThrow(BackupError);
  });
});

describe("the key of a backup", () => {
  const phrase: BackupKey = { kind: "passphrase", text: "words that nobody guesses" };
  test("is the same for the same words and header, and another one in each backup", () => {
    const header = { ...newHeader(phrase), cost: 2 ** 15 } as const;
    expect(readHeader(writeHeader(header))).toEqual(header);
    expect(drawKey(phrase, header)).toEqual(drawKey({ ...phrase }, header));
    expect(drawKey(phrase, header)).not.toEqual(drawKey(phrase, { ...header, salt: "0".repeat(32) }));
    expect(newHeader(phrase)).toMatchObject({ key: "passphrase", cost: 2 ** 17 });
  });

  test.each<[string, BackupKey, RegExp]>([
    ["the other kind of key", { kind: "file", text: "k".repeat(44) }, /opened by a passphrase/],
    ["a short passphrase", { kind: "passphrase", text: "short" }, /at least 12/],
  ])("refuses %s", (_name, key, why) => {
    expect(() => drawKey(key, newHeader(phrase))).toThrow(why);
  });

  test.each(["", "RELIABILITY-CENTER-BACKUP {}\n", 'RELIABILITY-CENTER-BACKUP {"format":2}\n', "PK\u0003\u0004"])(
    "a header %j is none",
    (text) => {
      expect(() => readHeader(Buffer.from(text))).toThrow(BackupError);
    },
  );
});

describe("the parts of a backup", () => {
  async function* given(parts: readonly Part[]): AsyncGenerator<Part> {
    yield* parts;
  }
  test("come back one by one with their bodies, read or not", async () => {
    const parts: Part[] = [
      { head: { kind: "master-key" }, body: inPieces(Buffer.from("a key"), 2) },
      { head: { kind: "table", name: "people" }, body: inPieces(randomBytes(50_000), 7_000) },
      { head: { kind: "end", tables: {}, files: {} } },
    ];
    const reader = new ByteReader(inPieces(await gather(writeParts(given(parts))), 999));
    const seen: string[] = [];
    for await (const { head, body } of readParts(reader))
      seen.push(head.kind === "master-key" ? (await gather(body)).toString() : head.kind);
    expect(seen).toEqual(["a key", "table", "end"]);
  });

  test.each(["../etc/passwd", "/etc/passwd", "secrets/../../x", "a//b", ""])("a file that would lie at %j is refused", async (name) => {
    const bytes = Buffer.concat([Buffer.from(`${JSON.stringify({ kind: "file", path: name })}\n`), Buffer.alloc(4)]);
    await expect(readParts(new ByteReader(inPieces(bytes, 10))).next()).rejects.toThrow(BackupError);
  });
});
