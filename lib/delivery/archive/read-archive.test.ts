import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type TarEntry, writeTar } from "@/examples/shop/tar-writer.mjs";
import { type ArchiveBounds, ArchiveError } from "@/lib/delivery/archive/archive-entries";
import { readArchive } from "@/lib/delivery/archive/read-archive";
import { readArchive as readAsAgent } from "@/plugin-client/js/disk/read-archive.mjs";

const BOUNDS: ArchiveBounds = { unpackedBytes: 20 * 1024 * 1024, entries: 2_000, pathBytes: 200, depth: 16, headerBytes: 8 * 1024 };

function file(path: string, content = ""): TarEntry {
  return { path, bytes: Buffer.from(content) };
}

function folder(path: string): TarEntry {
  return { path, bytes: Buffer.alloc(0), type: "5" };
}

/** A pax extended header ("x") with one record. */
function pax(key: string, value: string, type = "x"): TarEntry {
  const rest = ` ${key}=${value}\n`;
  const length = [1, 2, 3, 4]
    .map((digits) => Buffer.byteLength(rest) + digits)
    .find((total) => String(total).length === total - Buffer.byteLength(rest));
  return { path: "PaxHeader", bytes: Buffer.from(`${length}${rest}`), type };
}

function paths(entries: readonly TarEntry[]): string[] {
  return readArchive(writeTar(entries), BOUNDS).map((entry) => entry.path);
}

test.each([
  ["plain files", [file("a.mjs", "1"), file("b/c.mjs", "22")], ["a.mjs", "b/c.mjs"]],
  ["the ./ of `tar -C folder .`", [folder("./"), folder("./b/"), file("./b/c.mjs")], ["b", "b/c.mjs"]],
  ["a folder named twice", [folder("b/"), file("b/c"), folder("b/")], ["b", "b/c"]],
  ["a long name by a pax header", [pax("path", `${"d/".repeat(3)}${"long".repeat(30)}`), file("short")], [`d/d/d/${"long".repeat(30)}`]],
  ["a long name as GNU tar writes it", [{ ...file("././@LongLink", `${"n".repeat(150)}\0`), type: "L" }, file("short")], ["n".repeat(150)]],
  ["times in a pax header", [pax("mtime", "1.5"), file("a")], ["a"]],
  ["an empty archive", [], []],
])("reads %s", (_what, entries, expected) => {
  expect(paths(entries)).toEqual(expected);
});

test("content and the executable bit come through", () => {
  const [entry] = readArchive(writeTar([file("a.mjs", "hello")]), BOUNDS);
  expect(entry).toMatchObject({ path: "a.mjs", kind: "file", isExecutable: false });
  expect(Buffer.from(entry?.bytes ?? []).toString()).toBe("hello");
});

const HOSTILE: readonly (readonly [string, readonly TarEntry[], RegExp])[] = [
  ["a path outside", [file("../x")], /leaves the archive/],
  ["a path outside, in the middle", [file("a/../../x")], /leaves the archive/],
  ["a path outside by a pax header", [pax("path", "../x"), file("x")], /leaves the archive/],
  ["a path outside by a GNU long name", [{ ...file("././@LongLink", "../x\0"), type: "L" }, file("x")], /leaves the archive/],
  ["an absolute path", [file("/x")], /absolute path/],
  ["the root of the disk", [file("/", "")], /empty segment/],
  ["a backslash", [file("a\\b")], /unsafe character/],
  ["a drive", [file("C:x")], /unsafe character/],
  ["a name that turns the reading direction", [file("a\u202egpj.mjs")], /unsafe character/],
  ["an empty segment", [file("a//b")], /empty segment/],
  ["a segment that Windows would trim", [file("a./b")], /dot or space/],
  ["a symlink", [{ ...file("x"), type: "2", linkTarget: "/etc" }], /entry type "2"/],
  ["a hard link", [{ ...file("x"), type: "1", linkTarget: "a" }], /entry type "1"/],
  ["a pipe", [{ ...file("x"), type: "6" }], /entry type "6"/],
  ["a sparse file", [pax("GNU.sparse.size", "99"), file("x")], /GNU.sparse.size/],
  ["a pax header that changes the size", [pax("size", "1"), file("x")], /"size"/],
  ["a pax header that makes a link", [pax("linkpath", "/etc"), file("x")], /"linkpath"/],
  ["a global header with a path", [pax("path", "x", "g"), file("x")], /"path"/],
  ["the same file twice", [file("x"), file("x")], /duplicate/],
  ["names that differ by case", [file("x"), file("X")], /duplicate/],
  ["names that differ by Unicode form", [file("é"), file("e\u0301")], /duplicate/],
  ["a file inside a file", [file("x"), file("x/y")], /inside a file/],
  ["a file where a folder is", [file("x/y"), file("x")], /where a folder is/],
  ["a folder with content", [{ ...file("x", "1"), type: "5" }], /folder has content/],
  ["too deep a path", [file(`${"a/".repeat(16)}x`)], /too deep/],
  ["too long a path", [pax("path", "x".repeat(201)), file("x")], /too long/],
  ["too long an extended header", [pax("comment", "x".repeat(9_000)), file("x")], /too long/],
  ["too many entries", Array.from({ length: 2_001 }, (_, at) => file(`f${at}`)), /entries/],
];

describe("refuses an archive with", () => {
  test.each(HOSTILE)("%s", (_what, entries, reason) => {
    expect(() => paths(entries)).toThrow(ArchiveError);
    expect(() => paths(entries)).toThrow(reason);
  });

  test.each([
    ["cut-off content", (tar: Buffer) => tar.subarray(0, 512 + 3)],
    ["a cut-off header", (tar: Buffer) => tar.subarray(0, 100)],
    ["no end", (tar: Buffer) => tar.subarray(0, 1_024)],
    ["data after the end", (tar: Buffer) => Buffer.concat([tar, Buffer.from("more")])],
    ["a wrong checksum", (tar: Buffer) => Buffer.concat([Buffer.from("X"), tar.subarray(1)])],
  ])("%s", (_what, damage) => {
    expect(() => readArchive(damage(writeTar([file("a.mjs", "1".repeat(600))])), BOUNDS)).toThrow(ArchiveError);
  });

  test("more unpacked bytes than its bound", () => {
    expect(() => readArchive(writeTar([file("a", "12345")]), { ...BOUNDS, unpackedBytes: 4 })).toThrow(/unpacks to more/);
  });
});

describe("agrees with the agent", () => {
  const outcome = (read: () => readonly { path: string; kind: string; isExecutable: boolean }[]) => {
    try {
      return read().map(({ path, kind, isExecutable }) => ({ path, kind, isExecutable }));
    } catch (error) {
      return (error as Error).name;
    }
  };
  const both = (tar: Buffer) => [outcome(() => readArchive(tar, BOUNDS)), outcome(() => readAsAgent(tar))] as const;

  test.each(HOSTILE)("on %s", (_what, entries) => {
    expect(both(writeTar(entries))).toEqual(["ArchiveError", "ArchiveError"]);
  });

  test("on archives of any names, types and contents", () => {
    const segment = fc.oneof(fc.constantFrom("a", "B", "b", ".", "..", "", "a.", "é", "x y"), fc.string({ unit: "binary", maxLength: 6 }));
    const entry = fc.record({
      path: fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => [...parts.join("/")].slice(0, 25).join("")),
      bytes: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
      type: fc.constantFrom("0", "0", "0", "5", "1", "2", "x", "g", "L"),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 5 }), (entries) => {
        const [ours, agents] = both(writeTar(entries));
        expect(ours).toEqual(agents);
      }),
      { numRuns: 500 },
    );
  });

  test("on damaged archives", () => {
    const tar = writeTar([file("a.mjs", "1"), folder("b/"), file("b/c.mjs", "2")]);
    fc.assert(
      fc.property(fc.nat(tar.length - 1), fc.nat(255), (at, byte) => {
        const damaged = Buffer.from(tar);
        damaged[at] = byte;
        const [ours, agents] = both(damaged);
        expect(ours).toEqual(agents);
      }),
      { numRuns: 500 },
    );
  });
});
