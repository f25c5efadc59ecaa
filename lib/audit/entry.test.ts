import fc from "fast-check";
import { expect, test } from "vitest";
import { auditable } from "./entry";

test.each([
  "secret",
  "password",
  "password_hash",
  "passwordHash",
  "sealed",
  "sealed_private",
  "sealedSecret",
  "private_key",
  "privateKey",
  "token",
  "envelope",
  "bytes",
])("%s is named, not shown", (key) => {
  expect(auditable({ [key]: "whsec_x", deep: [{ [key.toUpperCase()]: { more: "whsec_x" } }] })).toEqual({
    [key]: "[withheld]",
    deep: [{ [key.toUpperCase()]: "[withheld]" }],
  });
});

test("what JSON cannot carry is put into words", () => {
  const value = { at: new Date("2026-11-21T10:00:00.000Z"), body: new Uint8Array(3), count: 2n ** 60n, left: undefined, none: null };
  expect(auditable(value)).toEqual({ at: "2026-11-21T10:00:00.000Z", body: "[bytes]", count: "1152921504606846976", none: null });
});

test("whatever comes, the entry is bounded plain JSON", () => {
  fc.assert(
    fc.property(fc.anything({ withDate: true, withBigInt: true, maxDepth: 12 }), (value) => {
      expect(() => JSON.stringify(auditable(value))).not.toThrow();
    }),
  );
  expect(String(auditable("x".repeat(5_000)))).toHaveLength(2_001);
  expect(auditable(Array.from({ length: 500 }, () => 1))).toHaveLength(200);
});
