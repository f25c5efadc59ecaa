import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ensureTestTools } from "./ensure-test-tools.mjs";

let root: string;
let lines: string[];

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "center-tools-"));
  lines = [];
  vi.stubEnv("PLAYWRIGHT_BROWSERS_PATH", path.join(root, "browsers"));
  fs.mkdirSync(path.join(root, "bin"));
  fs.mkdirSync(path.join(root, "node_modules/@playwright/test"), { recursive: true });
  fs.writeFileSync(path.join(root, "node_modules/@playwright/test/cli.js"), `console.log("no network"); process.exit(1);`);
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

function program(name: string, script: string) {
  fs.writeFileSync(path.join(root, "bin", name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`, { mode: 0o755 });
}

/** apt-get that notes its arguments and puts programs named like the packages (bubblewrap brings `bwrap`) into bin. */
const debian = () =>
  program(
    "apt-get",
    `echo "$@" >> "${root}/apt"; [ "$1" = update ] && exit; shift 4
     for name in "$@"; do [ "$name" = bubblewrap ] && name=bwrap; printf '#!/bin/sh\\n' > "${root}/bin/$name"; chmod +x "${root}/bin/$name"; done`,
  );

function ensure({ uid, ci = "" }: { uid: number; ci?: string }) {
  vi.spyOn(process, "getuid").mockReturnValue(uid);
  return ensureTestTools({ root, env: { PATH: path.join(root, "bin"), CI: ci }, report: (line: string) => lines.push(line) });
}

test.runIf(process.platform === "linux")("root on Debian gets what is missing, once", async () => {
  debian();
  await ensure({ uid: 0, ci: "true" });
  await ensure({ uid: 0, ci: "true" });
  expect(fs.readFileSync(path.join(root, "apt"), "utf8")).toBe("update\n-o DPkg::Lock::Timeout=300 install -y chromium bubblewrap\n");
  expect(lines.join("\n")).not.toContain("SKIPPED");
});

test("what is there is taken, a stub that does not run is not", async () => {
  program("bwrap", "");
  program("chromium-browser", "echo 'install the snap'; exit 10");
  program("google-chrome", "echo Chrome 140");
  await ensure({ uid: 1000, ci: "true" });
  expect(lines).toEqual([]);
});

test("an ordinary user is told loudly what is skipped; under CI that fails", async () => {
  debian();
  program("bwrap", "");
  await ensure({ uid: 1000 });
  expect(fs.existsSync(path.join(root, "apt"))).toBe(false);
  expect(lines.at(-1)).toMatch(/^!!! SKIPPED !!! no Chromium: .* As root: apt-get install chromium/);
  expect(lines.join("\n")).toContain("no network");
  await expect(ensure({ uid: 1000, ci: "true" })).rejects.toThrow(/^CI is set and something is missing:\nno Chromium/);
});
