import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { create } from "tar";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeTar, paxRecord, type TarEntry } from "../testing/make-archive";
import { ArchiveError, readArchive } from "./read-archive.mjs";

const file = (path: string, more: Partial<TarEntry> = {}): TarEntry => ({ path, content: "x", ...more });
const paths = (tar: Buffer) => readArchive(tar).map(({ path, kind }) => (kind === "folder" ? `${path}/` : path));
const pax = (key: string, value: string, type = "x"): TarEntry => ({ path: "PaxHeader/a", type, content: paxRecord(key, value) });

describe("what is read", () => {
  test("files and folders, with their bytes and the executable bit", () => {
    const tar = makeTar([{ path: "bin/", type: "5" }, file("bin/run", { mode: 0o755, content: "go" }), file("a.txt", { type: "\0" })]);
    expect(readArchive(tar).map(({ path, isExecutable, bytes }) => [path, isExecutable, bytes.toString()])).toEqual([
      ["bin", false, ""],
      ["bin/run", true, "go"],
      ["a.txt", false, "x"],
    ]);
  });

  test.each([
    ["./ before names, and the root itself", [{ path: "./", type: "5" }, file("./a"), { path: "./d/", type: "5" }], ["a", "d/"]],
    ["a prefix field", [file("b", { prefix: "long/way" })], ["long/way/b"]],
    ["a pax path", [pax("path", "über/längs.txt"), file("short")], ["über/längs.txt"]],
    ["a pax path that only holds for the next entry", [pax("path", "a"), file("x"), file("b")], ["a", "b"]],
    ["times and the same size in a pax header", [pax("mtime", "1.5"), pax("size", "1"), file("a")], ["a"]],
    ["a global comment, as git archive writes", [pax("comment", "abc", "g"), file("a")], ["a"]],
    [
      "a GNU long name",
      [{ path: "././@LongLink", type: "L", content: `${"d/".repeat(8)}${"n".repeat(110)}\0` }, file("short")],
      [`${"d/".repeat(8)}${"n".repeat(110)}`],
    ],
    ["the same folder twice", [{ path: "d/", type: "5" }, { path: "./d", type: "5" }, file("d/a")], ["d/", "d/a"]],
    ["nothing but the end", [], []],
  ] satisfies [string, TarEntry[], string[]][])("%s", (_, entries, expected) => expect(paths(makeTar(entries))).toEqual(expected));
});

describe("what makes the whole archive unacceptable", () => {
  test.each([
    ["a symbolic link", [{ path: "a", type: "2", linkTo: "/etc/passwd" }]],
    ["a hard link", [file("a"), { path: "b", type: "1", linkTo: "a" }]],
    ["a character device", [{ path: "a", type: "3" }]],
    ["a block device", [{ path: "a", type: "4" }]],
    ["a pipe", [{ path: "a", type: "6" }]],
    ["a contiguous file", [file("a", { type: "7" })]],
    ["a GNU sparse file", [file("a", { type: "S" })]],
    ["a GNU long link", [{ path: "x", type: "K", content: "/etc\0" }, file("a")]],
    ["an unknown type", [file("a", { type: "Z" })]],
    ["an absolute path", [file("/etc/passwd")]],
    ["an absolute path by pax", [pax("path", "/etc/passwd"), file("a")]],
    ["an absolute path by prefix", [file("passwd", { prefix: "/etc" })]],
    ["a path upwards", [file("../a")]],
    ["a path upwards in the middle", [file("a/../../b")]],
    ["a path upwards after ./", [file("./../a")]],
    ["a path upwards by GNU long name", [{ path: "x", type: "L", content: "../../a\0" }, file("a")]],
    ["a backslash", [file("..\\a")]],
    ["a drive letter", [file("C:evil")]],
    ["a stream name", [file("a:b")]],
    ["an empty segment", [file("a//b")]],
    ["a dot segment", [file("a/./b")]],
    ["a name ending in a dot", [file("server.mjs.")]],
    ["a control character", [file("a\u0007b")]],
    ["a right-to-left override", [file("a\u202etxt.exe")]],
    ["an empty name", [file("")]],
    ["invalid UTF-8", [file("a", { tamper: (header) => header.writeUInt8(0xff, 0) })]],
    ["a name of 201 bytes", [pax("path", "n".repeat(201)), file("a")]],
    ["seventeen levels", [file(`${"d/".repeat(16)}a`)]],
    ["the same file twice", [file("a"), file("a")]],
    ["the same file in another case", [file("Main.mjs"), file("main.mjs")]],
    ["the same file in another Unicode form", [pax("path", "\u00e9"), file("x"), pax("path", "e\u0301"), file("y")]],
    ["a file inside a file", [file("a"), file("a/b")]],
    ["a file where a folder is", [{ path: "a/", type: "5" }, file("a")]],
    ["a file where a folder is implied", [file("a/b"), file("a")]],
    ["a folder with content", [{ path: "d/", type: "5", content: "x" }]],
    ["a pax link target", [pax("linkpath", "/etc"), file("a")]],
    ["a pax size that differs", [pax("size", "2"), file("a")]],
    ["a pax sparse map", [pax("GNU.sparse.major", "1"), file("a")]],
    ["a global pax path", [pax("path", "b", "g"), file("a")]],
    ["a pax record that lies about its length", [{ path: "p", type: "x", content: "99 path=a\n" }, file("a")]],
    ["a pax record without length", [{ path: "p", type: "x", content: "path=a\n" }, file("a")]],
    ["a pax header of 9 KiB", [pax("comment", "c".repeat(9 * 1024)), file("a")]],
    ["a size in base 256", [file("a", { tamper: (header) => header.writeUInt8(0x80, 124) })]],
    ["a size that is no octal", [file("a", { tamper: (header) => header.write("9", 130) })]],
    ["a size beyond the archive", [file("a", { tamper: (header) => header.write("00000777777", 124) })]],
    ["more entries than allowed", Array.from({ length: 2_001 }, (_, i) => file(`f${i}`))],
    ["more bytes than allowed", Array.from({ length: 3 }, (_, i) => file(`f${i}`, { content: Buffer.alloc(7 * 1024 * 1024) }))],
  ] satisfies [string, TarEntry[]][])("%s", (_, entries) => expect(() => readArchive(makeTar(entries))).toThrow(ArchiveError));

  test.each([
    ["a wrong checksum", (tar: Buffer) => tar.fill("b", 0, 1)],
    ["an end that is cut off", (tar: Buffer) => tar.subarray(0, -1_024)],
    ["a header that is cut off", (tar: Buffer) => tar.subarray(0, 300)],
    ["data after the end", (tar: Buffer) => Buffer.concat([tar, makeTar([file("hidden")])])],
    ["no tar at all", () => Buffer.from("#!/bin/sh\n".repeat(100))],
  ])("%s", (_, spoil) => expect(() => readArchive(spoil(makeTar([file("a")])))).toThrow(ArchiveError));
});

test("whatever bytes come, they are read or refused with ArchiveError, and no path leaves the root", () => {
  const tar = makeTar([{ path: "d/", type: "5" }, pax("path", "d/é"), file("x"), file("b", { prefix: "c" })]);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(tar.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), (changes) => {
      const changed = Buffer.from(tar);
      for (const [offset, byte] of changes) changed[offset] = byte;
      // A valid checksum, so that the change is met by the checks behind it.
      for (let block = 0; block < changed.length - 1_024; block += 512) restoreChecksum(changed.subarray(block, block + 512));
      try {
        for (const { path } of readArchive(changed)) expect(join("/root", path).startsWith("/root/")).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(ArchiveError);
      }
    }),
    { numRuns: 2_000 },
  );
});

function restoreChecksum(header: Buffer): void {
  if (header.toString("latin1", 257, 262) !== "ustar") return;
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
}

describe("archives of real tools", () => {
  let folder: string;
  const deep = `${"nested/".repeat(6)}${"long-name-".repeat(8)}.txt`;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tar-"));
    mkdirSync(join(folder, "in", "nested/".repeat(6)), { recursive: true });
    for (const name of ["plugin.json", "server.mjs", "größe.txt", deep]) writeFileSync(join(folder, "in", name), name);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const expectAll = (tar: Buffer) => {
    const files = readArchive(tar).filter(({ kind }) => kind === "file");
    expect(files.map(({ path }) => path).sort()).toEqual([deep, "größe.txt", "plugin.json", "server.mjs"].sort());
    for (const { path, bytes } of files) expect(bytes.toString()).toBe(path);
  };

  test.each([
    ["plain", {}],
    ["portable", { portable: true }],
    ["without pax", { noPax: true, prefix: "" }],
  ])("npm's tar, %s", async (name, options) => {
    const out = join(folder, `${name}.tar`);
    await create(
      { cwd: join(folder, "in"), file: out, ...options },
      name === "without pax" ? ["plugin.json", "server.mjs", "nested", "größe.txt"] : ["."],
    );
    if (name !== "without pax") expectAll(readFileSync(out));
    else expect(() => readArchive(readFileSync(out))).not.toThrow();
  });

  test.each(["gnu", "pax", "ustar"])("the system's tar, %s format", (format) => {
    const out = join(folder, `system-${format}.tar`);
    execFileSync("tar", [`--format=${format}`, "-cf", out, "-C", join(folder, "in"), "."]);
    expectAll(readFileSync(out));
  });
});
