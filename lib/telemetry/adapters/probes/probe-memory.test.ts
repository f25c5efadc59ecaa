import { expect, test } from "vitest";
import { LIMITS } from "@/lib/platform/limits";
import { ProbeMemory } from "./probe-memory";

const probe = (ok: boolean) => ({ at: new Date("2026-11-21T10:00:00.000Z"), ok });

test("probes of one attempt are kept in order, the newest of a window", () => {
  const memory = new ProbeMemory();
  expect(memory.add("a", probe(true))).toEqual([probe(true)]);
  expect(memory.add("a", probe(false))).toEqual([probe(true), probe(false)]);
  for (let count = 0; count < LIMITS.windowBeats; count += 1) memory.add("a", probe(true));
  expect(memory.add("a", probe(false))).toHaveLength(LIMITS.windowBeats);
});

test("an attempt that another worker finished is forgotten in time: memory is bounded, and who was looked at last stays", () => {
  const memory = new ProbeMemory();
  for (let count = 0; count < LIMITS.probedAttempts; count += 1) memory.add(`attempt ${count}`, probe(true));
  expect(memory.add("attempt 0", probe(true))).toHaveLength(2);
  memory.add("one more", probe(true));
  expect(memory.size).toBe(LIMITS.probedAttempts);
  expect(memory.add("attempt 0", probe(true))).toHaveLength(3);
  expect(memory.add("attempt 1", probe(true))).toHaveLength(1);
});

test("what is over is forgotten at once", () => {
  const memory = new ProbeMemory();
  memory.add("a", probe(true));
  memory.forget("a");
  expect(memory.size).toBe(0);
});
