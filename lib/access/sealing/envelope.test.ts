import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CellAddress, keyVersionOf, makeDataKey, open, openDataKey, SealBrokenError, seal, sealDataKey } from "./envelope";
import { isSameMasterKey, masterKeyCheck } from "./master-key-check";
import { rolePassword } from "./role-passwords";

const MASTER = randomBytes(32);
const KEY = makeDataKey();
const HERE: CellAddress = { tenantId: "tenant-a", table: "plugins", column: "secret", row: "plugin-1", keyVersion: 1 };

describe("a sealed value", () => {
  test("opens where it was sealed, whatever it holds", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (plain) => {
        expect(open(KEY, seal(KEY, plain, HERE), HERE)).toEqual(Buffer.from(plain));
      }),
    );
  });

  test.each<[string, Partial<CellAddress>]>([
    ["another tenant", { tenantId: "tenant-b" }],
    ["no tenant", { tenantId: null }],
    ["another table", { table: "modules" }],
    ["another column", { column: "previous_secret" }],
    ["another row", { row: "plugin-2" }],
    ["another key version", { keyVersion: 2 }],
    ["names that only add up to the same text", { table: "plugin", column: "s.secret" }],
  ])("does not open for %s", (_name, change) => {
    expect(() => open(KEY, seal(KEY, "secret", HERE), { ...HERE, ...change })).toThrow(SealBrokenError);
  });

  test("does not open under another key", () => {
    expect(() => open(makeDataKey(), seal(KEY, "secret", HERE), HERE)).toThrow(SealBrokenError);
  });

  test("does not open with any single bit flipped, or cut anywhere", () => {
    const sealed = seal(KEY, "a secret", HERE);
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(() => open(KEY, changed, HERE)).toThrow(SealBrokenError);
    }
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => open(KEY, sealed.subarray(0, length), HERE)).toThrow(SealBrokenError);
    }
  });

  test("is never the same twice, and does not show what it holds", () => {
    const one = seal(KEY, "whsec_visible", HERE);
    expect(one).not.toEqual(seal(KEY, "whsec_visible", HERE));
    expect(one.toString("latin1")).not.toContain("visible");
  });

  test("says which key it needs, so that rotation needs no downtime", () => {
    const fresh = makeDataKey();
    const after = { ...HERE, keyVersion: 70_000 };
    const keys = new Map([
      [1, KEY],
      [70_000, fresh],
    ]);
    for (const sealed of [seal(KEY, "old", HERE), seal(fresh, "new", after)]) {
      const keyVersion = keyVersionOf(sealed);
      expect(["old", "new"]).toContain(open(keys.get(keyVersion) ?? Buffer.alloc(0), sealed, { ...HERE, keyVersion }).toString());
    }
    expect(() => keyVersionOf(Buffer.alloc(33))).toThrow(SealBrokenError);
  });

  test("its error does not say why", () => {
    const errors = [HERE, { ...HERE, row: "x" }].map((address) => {
      try {
        open(makeDataKey(), seal(KEY, "s", HERE), address);
      } catch (error) {
        return (error as Error).message;
      }
      return null;
    });
    expect(new Set(errors).size).toBe(1);
    expect(errors[0]).not.toBeNull();
  });
});

describe("a data key", () => {
  test("opens under its master key for its tenant and version only", () => {
    const sealed = sealDataKey(MASTER, KEY, "tenant-a", 1);
    expect(openDataKey(MASTER, sealed, "tenant-a", 1)).toEqual(KEY);
    expect(() => openDataKey(randomBytes(32), sealed, "tenant-a", 1)).toThrow(SealBrokenError);
    expect(() => openDataKey(MASTER, sealed, "tenant-b", 1)).toThrow(SealBrokenError);
    expect(() => openDataKey(MASTER, sealed, null, 1)).toThrow(SealBrokenError);
    expect(() => openDataKey(MASTER, sealed, "tenant-a", 2)).toThrow(SealBrokenError);
  });

  test("cannot be read as a cell, nor a cell as a data key", () => {
    expect(() => open(MASTER, sealDataKey(MASTER, KEY, "tenant-a", 1), HERE)).toThrow(SealBrokenError);
    expect(() => openDataKey(MASTER, seal(MASTER, KEY, HERE), "tenant-a", 1)).toThrow(SealBrokenError);
  });

  test.each([0, 31, 33])("a key of %i bytes is the caller's bug", (length) => {
    expect(() => seal(Buffer.alloc(length), "x", HERE)).toThrow(RangeError);
    expect(() => sealDataKey(MASTER, Buffer.alloc(length), null, 1)).toThrow(RangeError);
  });

  test.each([0, -1, 1.5, 2 ** 32])("a key version of %d is the caller's bug", (keyVersion) => {
    expect(() => seal(KEY, "x", { ...HERE, keyVersion })).toThrow(RangeError);
  });
});

describe("what else comes of the master key", () => {
  test("each database role has a password of its own, the same in every process, safe in a URL and in SQL", () => {
    const passwords = ["center_writer", "center_reader", "center_ingest"].map((role) => rolePassword(MASTER, role));
    expect(new Set(passwords).size).toBe(3);
    expect(rolePassword(MASTER, "center_writer")).toBe(passwords[0]);
    expect(rolePassword(randomBytes(32), "center_writer")).not.toBe(passwords[0]);
    for (const password of passwords) expect(password).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  test("the check value tells the right master key from a wrong one, and nothing else", () => {
    const check = masterKeyCheck(MASTER);
    expect(isSameMasterKey(MASTER, check)).toBe(true);
    expect(isSameMasterKey(randomBytes(32), check)).toBe(false);
    expect(isSameMasterKey(MASTER, "")).toBe(false);
    expect(check).not.toContain(MASTER.toString("hex").slice(0, 8));
  });
});
