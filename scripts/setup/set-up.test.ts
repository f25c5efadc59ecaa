import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { setUp } from "./set-up.mjs";

const MODULE = JSON.stringify(path.join(import.meta.dirname, "set-up.mjs"));
let root: string;
let lines: string[];

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "center-set-up-"));
  lines = [];
  write("package-lock.json", JSON.stringify({ packages: { "": {}, "node_modules/next": { version: "1.0.0", integrity: "x" } } }));
  write("tsconfig.json", JSON.stringify({ compilerOptions: { paths: { "@/*": ["./*"] } } }));
  write("lib/area/greet.ts", `import { randomBytes } from "node:crypto"; export const greet = () => "hello " + randomBytes(1).length;`);
  write("scripts/entry/worker.ts", `import { greet } from "@/lib/area/greet"; import os from "some-package"; console.log(greet(), os);`);
  write("app/page.tsx", "");
  write(
    "bin/npm",
    `#!/bin/sh\necho "npm $@" >> calls\n[ -e npm-fails ] && { echo "npm error EUSAGE"; exit 3; }\nrm -rf node_modules; cp -r packages node_modules\n`,
  );
  fs.chmodSync(path.join(root, "bin/npm"), 0o755);
  write(
    "packages/next/dist/bin/next",
    `const fs = require("node:fs"); fs.appendFileSync("calls", "next " + process.argv[2] + " " + process.env.NODE_ENV + "\\n");
     if (fs.existsSync("next-fails")) { console.error("Type error in app/page.tsx"); process.exit(1); }
     const wait = () => fs.existsSync("next-waits") ? setTimeout(wait, 10) : (fs.mkdirSync(".next", { recursive: true }), fs.writeFileSync(".next/BUILD_ID", "1")); wait();`,
  );
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

function write(name: string, text: string) {
  fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  fs.writeFileSync(path.join(root, name), text);
}
const environment = () => ({ PATH: `${path.join(root, "bin")}${path.delimiter}${process.env.PATH}`, NODE_ENV: "test" as const });
const run = () => setUp({ purpose: "start", root, env: environment(), print: (line: string) => lines.push(line) });

/** What was run since the last look. */
function calls(): string[] {
  const file = path.join(root, "calls");
  const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
  fs.rmSync(file, { force: true });
  return text.split("\n").filter(Boolean);
}

/** The same set-up in a process of its own. */
function runElsewhere(): ChildProcess {
  const program = `import { setUp } from ${MODULE}; await setUp({ purpose: "start", root: ${JSON.stringify(root)}, env: process.env, print: console.log });`;
  return spawn(process.execPath, ["--input-type=module", "-e", program], {
    cwd: root,
    env: environment(),
    stdio: ["ignore", "pipe", "inherit"],
  });
}

const INSTALL = "npm ci --include=dev --no-audit --no-fund";
const BUILD = "next build production";

test("installs and builds once, tells what it does, and does nothing while nothing changes", async () => {
  await run();
  expect(calls()).toEqual([INSTALL, BUILD]);
  expect(lines).toContain("set-up: installing packages (npm ci) ...");
  expect(lines.at(-1)).toMatch(/^set-up: building the web app \(next build\): done in \d+ s$/);
  lines = [];
  await run();
  expect([calls(), lines]).toEqual([[], []]);
});

test("bundles resolve @/, keep packages outside and carry a source map; a removed program leaves the build", async () => {
  write(".build/old.mjs", "");
  await run();
  const bundle = fs.readFileSync(path.join(root, ".build/worker.mjs"), "utf8");
  expect(bundle).toContain('"hello "');
  expect(bundle).toContain('from "some-package"');
  expect(bundle).not.toContain("@/lib");
  expect(fs.readdirSync(path.join(root, ".build")).sort()).toEqual(["lock", "stamps", "worker.mjs", "worker.mjs.map"]);
});

test.each([
  { what: "the lock file", change: () => write("package-lock.json", JSON.stringify({ packages: {} })), expected: [INSTALL, BUILD] },
  { what: "a page", change: () => write("app/page.tsx", "changed"), expected: [BUILD] },
  { what: "a test", change: () => write("lib/area/greet.test.ts", ""), expected: [] },
  { what: "a lost build", change: () => fs.rmSync(path.join(root, ".next"), { recursive: true }), expected: [BUILD] },
  { what: "lost packages", change: () => fs.rmSync(path.join(root, "node_modules"), { recursive: true }), expected: [INSTALL] },
])("after a change of $what it runs $expected", async ({ change, expected }) => {
  await run();
  calls();
  change();
  await run();
  expect(calls()).toEqual(expected);
});

test("packages that were installed by hand for this lock are taken as they are", async () => {
  fs.cpSync(path.join(root, "packages"), path.join(root, "node_modules"), { recursive: true });
  fs.copyFileSync(path.join(root, "package-lock.json"), path.join(root, "node_modules/.package-lock.json"));
  await run();
  expect(calls()).toEqual([BUILD]);
});

test("a failure shows the tool's words, and the next run tries again", async () => {
  write("npm-fails", "");
  await expect(run()).rejects.toThrow(/installing packages \(npm ci\) failed \(exit code 3\)[\s\S]*npm error EUSAGE/);
  fs.rmSync(path.join(root, "npm-fails"));
  write("next-fails", "");
  await expect(run()).rejects.toThrow(/Type error in app\/page.tsx/);
  fs.rmSync(path.join(root, "next-fails"));
  calls();
  await run();
  expect(calls()).toEqual([BUILD]);
});

test("a second set-up waits for the first and then finds nothing to do", async () => {
  write("next-waits", "");
  const first = runElsewhere();
  await vi.waitFor(() => expect(fs.readFileSync(path.join(root, "calls"), "utf8")).toContain(BUILD), { timeout: 10_000 });
  const second = run();
  await vi.waitFor(() => expect(lines).toEqual([`set-up: waiting for another set-up (process ${first.pid})`]), { timeout: 10_000 });
  fs.rmSync(path.join(root, "next-waits"));
  await second;
  expect(calls()).toEqual([INSTALL, BUILD]);
});

test("a killed set-up takes its builder with it, and its half build is not trusted", async () => {
  write("next-waits", "");
  const killed = runElsewhere();
  await vi.waitFor(() => expect(fs.readFileSync(path.join(root, "calls"), "utf8")).toContain(BUILD), { timeout: 10_000 });
  killed.kill("SIGKILL");
  await once(killed, "exit");
  fs.rmSync(path.join(root, "next-waits"));
  calls();
  await run();
  expect(calls()).toEqual([BUILD]);
});
