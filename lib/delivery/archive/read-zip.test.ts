import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ArchiveBounds, ArchiveError } from "@/lib/delivery/archive/archive-entries";
import { readZip } from "@/lib/delivery/archive/read-zip";
import { inflate } from "@/lib/platform/web/unpack-bytes";
import { makeZip, type ZipEntry } from "@/plugin-client/php/testing/make-zip";

const BOUNDS: ArchiveBounds = { unpackedBytes: 20 * 1024 * 1024, entries: 2_000, pathBytes: 200, depth: 16, headerBytes: 8 * 1024 };
const UTF8 = 0x0800;

function read(zip: Buffer): Record<string, string> {
  return Object.fromEntries(readZip(zip, BOUNDS, inflate).map(({ path, kind, bytes }) => [path, `${kind} ${Buffer.from(bytes)}`]));
}

test.each<[string, ZipEntry[], Record<string, string>]>([
  [
    "packed and stored files",
    [
      { path: "a.php", content: "<?php" },
      { path: "b", content: "plain", method: 0 },
    ],
    { "a.php": "file <?php", b: "file plain" },
  ],
  ["folders, and the ./ in front", [{ path: "./" }, { path: "./b/" }, { path: "./b/c", content: "1" }], { b: "folder ", "b/c": "file 1" }],
  ["an empty file", [{ path: "empty" }, { path: "stored", method: 0 }], { empty: "file ", stored: "file " }],
  ["names in UTF-8 that say so", [{ path: "é/ü.php", content: "1", flags: UTF8 }], { "é/ü.php": "file 1" }],
  ["times in an extra field", [{ path: "a", content: "1", extra: Buffer.from([0x55, 0x54, 1, 0, 9]) }], { a: "file 1" }],
])("reads %s", (_what, entries, expected) => {
  expect(read(makeZip(entries))).toEqual(expected);
});

test("the executable bit comes through", () => {
  const zip = makeZip([
    { path: "run", content: "1", mode: 0o100755 },
    { path: "plain", content: "1" },
  ]);
  expect(readZip(zip, BOUNDS, inflate).map(({ isExecutable }) => isExecutable)).toEqual([true, false]);
});

/** No agent may unpack any of these, and no vendor is told anything else. */
const HOSTILE: readonly (readonly [string, readonly ZipEntry[], RegExp])[] = [
  ["a path outside", [{ path: "../x", content: "1" }], /leaves the archive/],
  ["a path outside, in the middle", [{ path: "a/../../x", content: "1" }], /leaves the archive/],
  ["an absolute path", [{ path: "/x", content: "1" }], /absolute path/],
  ["a backslash", [{ path: "..\\x", content: "1" }], /unsafe character/],
  ["a drive", [{ path: "C:x", content: "1" }], /unsafe character/],
  ["a NUL in a name", [{ path: "a.php\0.txt", content: "1" }], /unsafe character/],
  ["a symlink", [{ path: "x", content: "/etc/passwd", mode: 0o120777 }], /entry type 120000/],
  ["a device", [{ path: "x", mode: 0o020666 }], /entry type 20000/],
  ["a pipe", [{ path: "x", mode: 0o010666 }], /entry type 10000/],
  ["a file that is a folder", [{ path: "x", mode: 0o040755 }], /entry type 40000/],
  ["a folder that is a file", [{ path: "x/", mode: 0o100644 }], /entry type 100000/],
  ["encryption", [{ path: "x", content: "1", flags: 0x0001 }], /encrypted/],
  ["strong encryption", [{ path: "x", content: "1", flags: 0x0041 }], /encrypted/],
  ["a hidden directory", [{ path: "x", content: "1", flags: 0x2000 }], /encrypted/],
  ["another method", [{ path: "x", content: "1", method: 12 }], /method 12/],
  [
    "the same file twice",
    [
      { path: "x", content: "1" },
      { path: "x", content: "2" },
    ],
    /duplicate/,
  ],
  [
    "names that differ by case",
    [
      { path: "x.php", content: "1" },
      { path: "X.PHP", content: "2" },
    ],
    /duplicate/,
  ],
  [
    "a file inside a file",
    [
      { path: "x", content: "1" },
      { path: "x/y", content: "2" },
    ],
    /inside a file/,
  ],
  ["a folder with bytes", [{ path: "x/", content: "1" }], /folder has content/],
  ["a size announced too small", [{ path: "x", content: "1".repeat(9_000), claimedSize: 10 }], /as announced/],
  ["a size announced too large", [{ path: "x", content: "1", claimedSize: 10 }], /as announced/],
  ["a bomb that says so", [{ path: "x", content: Buffer.alloc(21 * 1024 * 1024) }], /unpacks to more/],
  ["a bomb that does not", [{ path: "x", content: Buffer.alloc(21 * 1024 * 1024), claimedSize: 100 }], /as announced/],
  ["a bomb of many", Array.from({ length: 30 }, (_, at) => ({ path: `f${at}`, content: Buffer.alloc(1024 * 1024) })), /unpacks to more/],
  ["too many entries", Array.from({ length: 2_001 }, (_, at) => ({ path: `f${at}` })), /entries/],
  ["another name before the bytes", [{ path: "a", content: "x", localPath: "b" }], /not what the directory says/],
  ["too deep a path", [{ path: `${"a/".repeat(16)}x`, content: "1" }], /too deep/],
  ["too long a path", [{ path: "x".repeat(201), content: "1" }], /too long/],
];

/** Center understands less than the agent here, which harms nobody. */
const AMBIGUOUS: readonly (readonly [string, readonly ZipEntry[], RegExp])[] = [
  ["other flags before the bytes", [{ path: "a", content: "x", localFlags: 0x0800 }], /not what the directory says/],
  ["a patch", [{ path: "a", content: "x", flags: 0x0020 }], /flags 20/],
  ["sizes of zip64", [{ path: "a", content: "x", extra: Buffer.from([1, 0, 0, 0]) }], /extra field 1 /],
  ["a second name in Unicode", [{ path: "a", content: "x", extra: Buffer.from([0x75, 0x70, 0, 0]) }], /extra field 7075/],
  ["an extra field that is cut off", [{ path: "a", content: "x", extra: Buffer.from([0x55, 0x54, 9, 0]) }], /extra field is malformed/],
  ["a name in an unknown code page", [{ path: "é", content: "x" }], /UTF-8/],
  [
    "names that differ by Unicode form",
    [
      { path: "é", content: "1", flags: UTF8 },
      { path: "e\u0301", content: "2", flags: UTF8 },
    ],
    /duplicate/,
  ],
  [
    "entries that share bytes",
    [
      { path: "a", content: "1" },
      { path: "a", content: "1", offset: 0 },
    ],
    /share bytes/,
  ],
  ["something behind the packed bytes", [{ path: "a", content: "x", behind: Buffer.from("more") }], /as announced/],
];

describe("refuses a zip with", () => {
  test.each([...HOSTILE, ...AMBIGUOUS])("%s", (_what, entries, reason) => {
    const zip = makeZip([...entries]);
    expect(() => read(zip)).toThrow(ArchiveError);
    expect(() => read(zip)).toThrow(reason);
  });

  const whole = makeZip([{ path: "a.php", content: "1".repeat(600) }]);
  test.each([
    ["data after its end", Buffer.concat([whole, Buffer.from("more")])],
    ["no end", whole.subarray(0, -22)],
    ["a cut-off end", whole.subarray(0, -1)],
    ["nothing in it at all", Buffer.alloc(0)],
    ["a comment", Buffer.concat([whole.subarray(0, -2), Buffer.from([4, 0]), Buffer.from("more")])],
    ["its beginning missing", whole.subarray(4)],
    ["a damaged entry", Buffer.from(whole.map((byte, at) => (at === 38 ? byte ^ 0xff : byte)))],
  ])("%s", (_what, zip) => {
    expect(() => read(zip)).toThrow(ArchiveError);
  });

  test("any single byte changed, or it reads the same", () => {
    const zip = makeZip([
      { path: "a.php", content: "hello" },
      { path: "b/", mode: 0o040755 },
      { path: "b/c", content: "world", method: 0 },
    ]);
    const expected = Object.values(read(zip)).sort();
    fc.assert(
      fc.property(fc.nat(zip.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(zip.map((byte, i) => (i === at ? byte ^ change : byte)));
        try {
          expect(Object.values(read(changed)).sort()).toEqual(expected);
        } catch (error) {
          if (!(error instanceof ArchiveError)) throw error;
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

const hasPhp = spawnSync("php", ["-v"], { stdio: "ignore" }).status === 0;

describe.skipIf(!hasPhp)("agrees with the agent", () => {
  /** What the agent makes of archives: its entries, or null for one it refuses. */
  function readAsAgent(zip: Buffer): Record<string, string | null> | null {
    const run = spawnSync("php", ["-d", "memory_limit=128M", "plugin-client/php/testing/read-archive.php"], {
      input: zip,
      encoding: "utf8",
    });
    return JSON.parse(run.stdout).entries ?? null;
  }

  test.each(HOSTILE)("on %s", (_what, entries) => {
    expect(readAsAgent(makeZip([...entries]))).toBeNull();
  });

  test("what Center takes the agent takes too, and unpacks the same", () => {
    const name = fc.constantFrom("a", "A", "b", "b/", "b/c.php", "./d", "../e", "f/./g", "h.", "i/j/k", "l\\m");
    const entry = fc.record({ path: name, content: fc.constantFrom("", "1", "22"), method: fc.constantFrom(0, 8) });
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 4 }), (entries) => {
        const zip = makeZip(entries.map((one) => (one.path.endsWith("/") ? { path: one.path } : one)));
        let center: Record<string, string | null>;
        try {
          center = Object.fromEntries(
            readZip(zip, BOUNDS, inflate).map(({ path, kind, bytes }) => [path, kind === "folder" ? null : String(Buffer.from(bytes))]),
          );
        } catch {
          return;
        }
        expect(readAsAgent(zip)).toEqual(center);
      }),
      { numRuns: 60 },
    );
  });
});
