import { expect, test } from "vitest";
import { newId, newSeed, newToken } from "./random";

test("ids made for the same instant are in the order in which they were made", () => {
  const at = new Date("2026-11-21T10:00:00.123Z");
  const ids = Array.from({ length: 2_000 }, () => newId(at));
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test("an id of a later instant sorts after one of an earlier instant", () => {
  expect(newId(new Date(1_000)) < newId(new Date(1_001))).toBe(true);
});

test("an id is a UUID of version 7", () => {
  expect(newId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("tokens and seeds differ", () => {
  expect(newToken()).not.toBe(newToken());
  expect(newSeed()).toBeLessThan(2 ** 32);
});
