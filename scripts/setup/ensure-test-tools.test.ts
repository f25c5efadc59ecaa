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

/** apt-get that notes its arguments and puts what the packages bring into bin. */
const debian = () =>
  program(
    "apt-get",
    `echo "$@" >> "${root}/apt"; [ "$1" = update ] && exit; shift 4; [ "$1" = --no-install-recommends ] && shift
     for package in "$@"; do
       case $package in
         bubblewrap) names=bwrap ;; php-cli) names=php ;; nginx-light) names=nginx ;; mariadb-server) names="mariadbd mariadb-install-db" ;;
         wordpress) names=; mkdir "${root}/wordpress"; touch "${root}/wordpress/wp-settings.php" ;; *) names=$package ;;
       esac
       for name in $names; do printf '#!/bin/sh\\n' > "${root}/bin/$name"; chmod +x "${root}/bin/$name"; done
     done`,
  );

function ensure({ uid, ci = "" }: { uid: number; ci?: string }) {
  vi.spyOn(process, "getuid").mockReturnValue(uid);
  const env = { PATH: path.join(root, "bin"), CI: ci, WORDPRESS_DIR: path.join(root, "wordpress") };
  return ensureTestTools({ root, env, report: (line: string) => lines.push(line) });
}

/** PHP and a WordPress, as if somebody had installed them. */
function wordpress() {
  for (const name of ["php", "nginx", "php-fpm8.2", "mariadbd", "mariadb-install-db"]) program(name, "");
  fs.mkdirSync(path.join(root, "wordpress"));
  fs.writeFileSync(path.join(root, "wordpress", "wp-settings.php"), "");
}

test.runIf(process.platform === "linux")("root on Debian gets what is missing, once", async () => {
  debian();
  await ensure({ uid: 0, ci: "true" });
  await ensure({ uid: 0, ci: "true" });
  const [update, install, installLean, ...more] = fs.readFileSync(path.join(root, "apt"), "utf8").trim().split("\n");
  expect([update, install, more]).toEqual(["update", "-o DPkg::Lock::Timeout=300 install -y chromium bubblewrap", []]);
  expect(installLean).toMatch(/^-o DPkg::Lock::Timeout=300 install -y --no-install-recommends php-cli .*mariadb-server wordpress /);
  expect(lines.join("\n")).not.toContain("SKIPPED");
});

test("what is there is taken, a stub that does not run is not", async () => {
  program("bwrap", "");
  wordpress();
  program("chromium-browser", "echo 'install the snap'; exit 10");
  program("google-chrome", "echo Chrome 140");
  await ensure({ uid: 1000, ci: "true" });
  expect(lines).toEqual([]);
});

test("an ordinary user is told loudly what is skipped; under CI that fails", async () => {
  debian();
  program("bwrap", "");
  wordpress();
  await ensure({ uid: 1000 });
  expect(fs.existsSync(path.join(root, "apt"))).toBe(false);
  expect(lines.at(-1)).toMatch(/^!!! SKIPPED !!! no Chromium: .* As root: apt-get install chromium/);
  expect(lines.join("\n")).toContain("no network");
  await expect(ensure({ uid: 1000, ci: "true" })).rejects.toThrow(/^CI is set and something is missing:\nno Chromium/);
});

test("without PHP and a WordPress the agent that lives in one is skipped aloud", async () => {
  program("bwrap", "");
  program("google-chrome", "echo Chrome 140");
  await ensure({ uid: 1000 });
  expect(lines).toEqual([
    expect.stringMatching(/^!!! SKIPPED !!! no PHP: .* apt-get install php-cli/),
    expect.stringMatching(/^!!! SKIPPED !!! no WordPress: .* mariadb-server wordpress/),
  ]);
});
