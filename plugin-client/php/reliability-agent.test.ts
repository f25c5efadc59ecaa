import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { hasPhp } from "../conformance/testing/agents";
import { makeZip, type ZipEntry } from "./testing/make-zip";
import { PhpLab } from "./testing/php-lab";
import { tinyPhpPlugin } from "./testing/tiny-php-plugin";

vi.setConfig({ testTimeout: 60_000 });

const HERE = import.meta.dirname;
const php = (script: string, args: readonly string[] = [], input: Buffer = Buffer.alloc(0)) =>
  execFileSync("php", ["-d", "memory_limit=128M", join(HERE, "testing", script), ...args], { input, encoding: "utf8" });

async function inLab(options: Parameters<typeof PhpLab.create>[0], run: (lab: PhpLab) => Promise<void>): Promise<void> {
  const lab = await PhpLab.create(options);
  try {
    await run(lab);
  } finally {
    await lab.close();
  }
}

// The set-up says aloud where PHP is missing, and fails then under CI.
describe.runIf(hasPhp)("the agent's PHP", () => {
  test("is such as PHP 7.4 reads", () => {
    const folder = mkdtempSync(join(tmpdir(), "php-agent-files-"));
    try {
      for (const name of ["reliability-agent", "reliability-agent.php"]) cpSync(join(HERE, name), join(folder, name), { recursive: true });
      expect(php("check-syntax.php", [folder])).toBe("");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("would be found out if it were not", () => {
    const folder = mkdtempSync(join(tmpdir(), "php-syntax-"));
    const newer = [
      "$a?->b;",
      "match ($a) { default => 1 };",
      "str_contains('a', 'b');",
      "function f(int|string $a) {}",
      "function g($a,) {}",
      "$a = $b ?? throw new Exception();",
      "try { f(); } catch (Exception) { f(); }",
      "$f = strlen(...);",
      "f(name: 1);",
      "function h(): static {}",
      "$c = $a::class;",
      "fdiv(1, 2);",
    ];
    try {
      writeFileSync(join(folder, "newer.php"), `<?php\n${newer.join("\n")}\nclass C { function __construct(private int $x) {} }\n`);
      const found = php("check-syntax.php", [folder])
        .trim()
        .split("\n")
        .map((line) => line.replace(/^\S+:\d+ /, ""));
      expect(found.sort()).toEqual(
        [
          ...["?->", "match", "str_contains()", "a union type", "a comma after the last parameter", "a promoted parameter"],
          ...["throw as an expression", "catch without a variable", "a function by its name and (...)", "a named argument"],
          ...["the type static", "::class of an object", "fdiv()"],
        ].sort(),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe.runIf(hasPhp)("a zip", () => {
  const read = (entries: ZipEntry[]) => JSON.parse(php("read-archive.php", [], makeZip(entries)));

  test("of files and folders is read, packed or not", () => {
    const entries = [{ path: "a/" }, { path: "a/b.php", content: "<?php" }, { path: "c", content: "plain", method: 0 }];
    expect(read(entries)).toEqual({ entries: { a: null, "a/b.php": "<?php", c: "plain" } });
  });

  test.each<[string, ZipEntry[]]>([
    ["a path that leaves it", [{ path: "../evil", content: "x" }]],
    ["an absolute path", [{ path: "/etc/evil", content: "x" }]],
    ["a backslash", [{ path: "a\\..\\evil", content: "x" }]],
    ["a link", [{ path: "link", content: "/etc/passwd", mode: 0o120777 }]],
    ["a device", [{ path: "device", mode: 0o020666 }]],
    ["an encrypted entry", [{ path: "a", content: "x", flags: 1 }]],
    ["an unknown method", [{ path: "a", content: "x", method: 12 }]],
    [
      "two names that differ in case alone",
      [
        { path: "a.php", content: "1" },
        { path: "A.php", content: "2" },
      ],
    ], // prettier-ignore
    [
      "an entry below a file",
      [
        { path: "a", content: "1" },
        { path: "a/b", content: "2" },
      ],
    ], // prettier-ignore
    ["a folder with bytes", [{ path: "a/", content: "x" }]],
    ["a size that is a lie", [{ path: "a", content: "x".repeat(1_000), claimedSize: 10 }]],
    ["a bomb", [{ path: "a", content: Buffer.alloc(30 * 1024 * 1024), method: 8 }]],
    ["another name before the bytes", [{ path: "a", content: "x", localPath: "b" }]],
    ["too deep a path", [{ path: `${"a/".repeat(20)}b`, content: "x" }]],
  ])("with %s is refused", (_, entries) => {
    expect(read(entries)).toEqual({ problem: expect.any(String) });
  });

  test("with something after its end is refused", () => {
    const bytes = Buffer.concat([makeZip([{ path: "a", content: "x" }]), Buffer.from("more")]);
    expect(JSON.parse(php("read-archive.php", [], bytes))).toEqual({ problem: expect.any(String) });
  });

  test("is installed as well as a tar.gz", () =>
    inLab({}, async (lab) => {
      const files = Object.entries(tinyPhpPlugin("1.1.0")).map(([path, content]) => ({ path, content }));
      const id = lab.sendUpdate({ commits: true, artifact: lab.center.offer(makeZip(files)) });
      lab.start();
      expect(await lab.outcomeOf(id)).toBe("committed");
      expect(await lab.runningVersion()).toBe("1.1.0");
    }));
});

describe.runIf(hasPhp)("before any shopper sees it", () => {
  test.each([
    ["crashes at boot", /^fail:preflight: the candidate ends with status 500$/],
    ["does not parse", /^fail:preflight: part\.php does not parse \(line 3\)$/],
  ] as const)("a candidate that %s is refused", (behaviour, outcome) =>
    inLab({}, async (lab) => {
      const id = lab.sendUpdate({ behaviour });
      lab.start();
      expect(await lab.outcomeOf(id)).toMatch(outcome);
      expect(lab.center.answers.at(-1)?.data).toMatchObject({ rolled_back: false, running_version: "1.0.0" });
      expect(lab.center.beats.every(({ active }) => active)).toBe(true);
    }),
  );

  test("an unsigned preflight or health question is an ordinary visit", () =>
    inLab({}, async (lab) => {
      lab.start();
      await lab.center.until(() => lab.center.beats.length > 0, "a beat");
      for (const mode of ["preflight", "health", "admin"]) {
        expect(await lab.visit(`/?reliability_agent=${mode}&nonce=${"0".repeat(32)}`)).toEqual({ status: 200, text: "shop 1.0.0 1.0.0" });
      }
    }));

  test("whoever wakes it has it beat before its time, but not again and again", () =>
    inLab({ nextHeartbeatSeconds: 600 }, async (lab) => {
      lab.start();
      await lab.center.until(() => lab.center.beats.length === 1, "the first beat");
      for (let visits = 0; visits < 5; visits += 1) await lab.visit("/?reliability_agent=wake");
      expect(lab.center.beats).toHaveLength(1);
      const aWhileAgo = Date.now() / 1_000 - 16;
      utimesSync(join(lab.dir, "agent", "state", "last-beat"), aWhileAgo, aWhileAgo);
      await lab.center.until(() => lab.center.beats.length === 2, "the beat that the wake asks for");
    }));

  test("what the former version failed is not put on the new one's account", () =>
    inLab({}, async (lab) => {
      lab.writeConfig({ sent: 100, failed: 60 });
      const id = lab.sendUpdate({ commits: true });
      lab.start();
      expect(await lab.outcomeOf(id)).toBe("committed");
      await lab.center.until(() => lab.center.beats.at(-1)?.running_version === "1.1.0", "a beat of the new version");
      expect(lab.center.beats.at(-1)?.telemetry).toMatchObject({ webhooks_sent: 0, webhooks_failed: 0 });
      expect(lab.center.beats.at(-1)?.telemetry).not.toHaveProperty("webhook_fail_rate");
      lab.writeConfig({ sent: 140, failed: 90 });
      await lab.center.until(() => lab.center.beats.at(-1)?.telemetry.webhooks_sent === 40, "a beat about the failures, by itself");
      expect(lab.center.beats.at(-1)?.telemetry).toMatchObject({ webhooks_sent: 40, webhooks_failed: 30, webhook_fail_rate: 0.75 });
    }));

  test("a plugin its owner has switched off is not updated", () =>
    inLab({}, async (lab) => {
      const id = lab.sendUpdate();
      lab.start("", []);
      expect(await lab.outcomeOf(id)).toBe("fail:preflight: the plugin is not active");
    }));
});
