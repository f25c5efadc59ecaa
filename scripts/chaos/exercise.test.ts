import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { versionFiles } from "@/examples/shop/pack.mjs";
import { countInstalls, inspectDisk, inspectShop } from "./inspect-shop.mjs";
import { findProgram } from "./processes.mjs";
import { readArguments } from "./read-arguments.mjs";
import { seededRandom } from "./seeded-random.mjs";

test("rounds and seed are what was asked for, or the usual", () => {
  expect(readArguments([])).toEqual({ rounds: 500, seed: "1" });
  expect(readArguments(["--seed", "x", "--rounds", "20"])).toEqual({ rounds: 20, seed: "x" });
  for (const wrong of [["--rounds"], ["--rounds", "0"], ["--rounds", "1.5"], ["--round", "2"], ["20"]]) {
    expect(() => readArguments(wrong)).toThrow(RangeError);
  }
});

test("the same seed makes the same choices, another one others", () => {
  const row = (seed: string) => {
    const random = seededRandom(seed);
    return Array.from({ length: 50 }, () => random.between(1, 3));
  };
  expect(row("a")).toEqual(row("a"));
  expect(row("a")).not.toEqual(row("b"));
  expect(row("a").every((choice) => choice >= 1 && choice < 3)).toBe(true);
});

describe("a shop's disk", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "center-chaos-test-"));
    mkdirSync(path.join(directory, "state"));
    install("1.2.2");
    symlinkSync(path.join("versions", "1.2.2"), path.join(directory, "current"));
    journal(null);
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const inVersion = (version: string, file: string) => path.join(directory, "versions", version, file);
  function install(version: string): void {
    for (const file of versionFiles(version)) {
      mkdirSync(path.dirname(inVersion(version, file.path)), { recursive: true });
      writeFileSync(inVersion(version, file.path), file.bytes);
    }
  }
  const journal = (attempt: { phase: string } | null) =>
    writeFileSync(path.join(directory, "state", "journal.json"), JSON.stringify({ attempt }));

  test("as it was released is whole", () => expect(inspectDisk(directory)).toEqual({ version: "1.2.2", problem: null }));

  test.each([
    ["a file is missing", () => rmSync(inVersion("1.2.2", "server.mjs"))],
    ["a file is cut off", () => writeFileSync(inVersion("1.2.2", "server.mjs"), "import")],
    ["a file too many lies there", () => writeFileSync(inVersion("1.2.2", "server.mjs.part"), "")],
    ["the agent is in the middle of something", () => journal({ phase: "swapping" })],
  ])("is half when %s", (_, spoil) => {
    spoil();
    expect(inspectDisk(directory).problem).not.toBeNull();
  });

  test("nothing that runs is not whole either", async () => {
    expect(await inspectShop({ directory, port: 9 })).toBe("nothing runs, 1.2.2 lies on disk");
  });

  test.each([
    { starts: "1.2.2 1.2.2", installs: 0, why: "it never came" },
    { starts: "1.2.2 1.2.3 1.2.3 1.2.3", installs: 1, why: "a restart is no second install" },
    { starts: "1.2.2 1.2.3 1.2.2", installs: 1, why: "taken back" },
    { starts: "1.2.2 1.2.3 1.2.2 1.2.3", installs: 2, why: "taken back and come again" },
    { starts: "1.2.3 1.2.3", installs: 0, why: "the shop was opened with it" },
  ])("$starts: $installs ($why)", ({ starts, installs }) => {
    writeFileSync(path.join(directory, "starts.log"), `${starts.split(" ").join("\n")}\n`);
    expect(countInstalls(directory, "1.2.3")).toBe(installs);
  });
});

test("a program is found by its parent and its name, and is gone once it has ended", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "center-chaos-test-"));
  mkdirSync(path.join(folder, ".build"));
  const program = path.join(folder, ".build", "worker.mjs");
  writeFileSync(program, "setInterval(() => undefined, 1_000); console.log('up');");
  const child = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  expect(findProgram(process.pid, "worker")).toBe(child.pid);
  expect(findProgram(process.pid, "web")).toBeNull();
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(findProgram(process.pid, "worker")).toBeNull();
  rmSync(folder, { recursive: true });
});
