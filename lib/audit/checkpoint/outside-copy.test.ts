import { appendFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { countLeaves, keepCheckpoints, keepLeaves, readCopied, readLastCopied, readLeaves } from "./outside-copy";

let directory = "";
beforeEach(() => {
  directory = path.join(mkdtempSync(path.join(tmpdir(), "audit-")), "audit");
});
afterEach(() => rmSync(path.dirname(directory), { recursive: true, force: true }));

const line = (text: string) => ({ note: text, public_key: "key" });
const leaf = (value: number) => Buffer.alloc(32, value);

test("nothing was copied yet", async () => {
  expect([
    await readCopied(directory),
    await readLastCopied(directory),
    await countLeaves(directory),
    await readLeaves(directory, 0, 9),
  ]).toEqual([[], null, 0, []]);
});

test("checkpoints are kept in order, for nobody else's eyes", async () => {
  await keepCheckpoints(directory, [line("a\nb")]);
  await keepCheckpoints(directory, [line("c"), line("d")]);
  expect(await readCopied(directory)).toEqual([line("a\nb"), line("c"), line("d")]);
  expect(await readLastCopied(directory)).toEqual(line("d"));
  expect(statSync(path.join(directory, "checkpoints.jsonl")).mode & 0o777).toBe(0o600);
});

test("a line that a crash tore off never counted, and the next one stands whole", async () => {
  await keepCheckpoints(directory, [line("a")]);
  appendFileSync(path.join(directory, "checkpoints.jsonl"), '{"note":"tor');
  expect(await readLastCopied(directory)).toEqual(line("a"));
  await keepCheckpoints(directory, [line("b")]);
  expect(await readCopied(directory)).toEqual([line("a"), line("b")]);
});

test("a line that somebody wrote comes back as a note that nobody signed", async () => {
  await keepCheckpoints(directory, [line("a")]);
  appendFileSync(path.join(directory, "checkpoints.jsonl"), "forged\n[]\n");
  expect(await readCopied(directory)).toEqual([line("a"), { note: "forged", public_key: "" }, { note: "[]", public_key: "" }]);
});

test("leaves lie at their places, also when two processes keep the same", async () => {
  await keepLeaves(directory, 0, [leaf(1), leaf(2)]);
  await keepLeaves(directory, 1, [leaf(2), leaf(3)]);
  expect(await countLeaves(directory)).toBe(3);
  expect(await readLeaves(directory, 1, 10)).toEqual([leaf(2), leaf(3)]);
});
