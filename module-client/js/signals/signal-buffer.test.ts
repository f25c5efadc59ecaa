import { expect, test } from "vitest";
import { MODULE_LIMITS } from "../limits.mjs";
import { SignalBuffer } from "./signal-buffer.mjs";

const tell = (lost: number) => ({ code: "LOST", lost });
const lines = (body: string) =>
  body
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

test("what tells least leaves first when there is no room; errors stay, and what left is told", () => {
  const buffer = new SignalBuffer();
  for (let n = 0; n < 10; n += 1) buffer.add("error", { n, level: "error" });
  for (let n = 0; n < MODULE_LIMITS.signalsHeld; n += 1) buffer.add("info", { n, level: "info" });
  expect(buffer.size).toBe(MODULE_LIMITS.signalsHeld);
  const batch = lines(buffer.take(tell)?.body ?? "");
  expect(batch.slice(0, 10).map(({ level }) => level)).toEqual(Array(10).fill("error"));
  expect(batch[10]).toEqual({ code: "LOST", lost: 10 });
  expect(batch[11]).toMatchObject({ level: "info" });
  expect(batch).toHaveLength(MODULE_LIMITS.signalsPerBatch);
});

test("a batch is bounded in bytes too, and a line that is too long is shortened, not lost", () => {
  const buffer = new SignalBuffer();
  buffer.add("warn", { code: "WARN_LONG", message: "m".repeat(5_000), attributes: { text: "x".repeat(MODULE_LIMITS.lineBytes) } });
  for (let n = 0; n < 200; n += 1) buffer.add("info", { n, text: "y".repeat(10_000) });
  const first = buffer.take(tell);
  expect(Buffer.byteLength(first?.body ?? "")).toBeLessThanOrEqual(MODULE_LIMITS.batchBytes);
  const [long] = lines(first?.body ?? "");
  expect(long).toMatchObject({ code: "WARN_LONG", attributes: { shortened: true } });
  expect(long.message).toHaveLength(1_000);
  let count = first?.count ?? 0;
  for (let batch = buffer.take(tell); batch; batch = buffer.take(tell)) count += batch.count;
  expect(count).toBe(201);
  expect(buffer.take(tell)).toBeNull();
});
