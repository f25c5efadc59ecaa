import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { downloadArtifact } from "./download-artifact.mjs";

const BYTES = randomBytes(300_000);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "download-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An answer in chunks, as the network would cut it. */
function answer(bytes: Buffer, chunk: number, head: { statusCode?: number; headers?: Record<string, string> } = {}): IncomingMessage {
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, i) => bytes.subarray(i * chunk, (i + 1) * chunk));
  return Object.assign(Readable.from(chunks), {
    statusCode: 200,
    headers: {},
    setTimeout: () => undefined,
    ...head,
  }) as unknown as IncomingMessage;
}

function download(served: IncomingMessage, length = BYTES.length) {
  const sha256 = createHash("sha256").update(BYTES).digest("hex");
  const path = join(folder, "artifact");
  const sizes: number[] = [];
  const done = downloadArtifact({
    center: { open: async () => served },
    artifact: { url: `/api/artifacts/${sha256}`, sha256, length },
    path,
    signal: new AbortController().signal,
    kill: (label) => label === "stage.mid_download" && sizes.push(statSync(path).size),
  });
  return { done, path, sizes };
}

test("many chunks become the whole file", async () => {
  const { done, path, sizes } = download(answer(BYTES, 1_000));
  await done;
  expect(readFileSync(path).equals(BYTES)).toBe(true);
  expect(sizes).toHaveLength(300);
});

test("not one byte past the signed length is stored, and nothing is left", async () => {
  const { done, path, sizes } = download(answer(BYTES, 1_000), 100_500);
  await expect(done).rejects.toThrow("longer than signed");
  expect(Math.max(...sizes)).toBe(100_000);
  expect(existsSync(path)).toBe(false);
});

test.each([
  ["an announced length that differs", answer(BYTES, 1_000, { headers: { "content-length": "1" } }), "announced length differs"],
  ["an encoding on the way", answer(BYTES, 1_000, { headers: { "content-encoding": "gzip" } }), "re-encoded on the way"],
  ["a redirect", answer(BYTES, 1_000, { statusCode: 302, headers: { location: "https://elsewhere.example" } }), "status 302"],
  ["an artifact Center does not have", answer(Buffer.alloc(0), 1, { statusCode: 404 }), "status 404"],
])("%s ends it at once", async (_, served, message) => {
  const { done, sizes } = download(served);
  await expect(done).rejects.toThrow(message);
  expect(sizes).toEqual([]);
});
