import { mkdirSync, writeFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { writeTarGzip } from "@/examples/shop/tar-writer.mjs";
import { confine } from "@/lib/delivery/adapters/sandbox/confine";
import { findRunner } from "@/lib/delivery/adapters/sandbox/find-runner";
import { provePhp } from "@/lib/delivery/adapters/sandbox/prove-php";
import { runConfined } from "@/lib/delivery/adapters/sandbox/run-confined";
import { STAGING_LIMITS, type StagingLimits } from "@/lib/delivery/adapters/sandbox/staging-limits";
import { runStaging } from "@/lib/delivery/adapters/staging-sandbox";
import { STAGING_STEPS, type StagingReport } from "@/lib/delivery/staging-report";
import { sha256Hex } from "@/lib/kernel/canonical-json";
import { makeZip } from "@/plugin-client/php/testing/make-zip";

const KINDS = ["bwrap", "unshare"] as const;
const PASSED = `echo json_encode(['passed' => 1, 'failed' => 0]);`;

const scratch = await mkdtemp(path.join(tmpdir(), "staging-php-"));
await chmod(scratch, 0o711); // the unprivileged user that runs the candidates must get through
const found = { bwrap: await findRunner(scratch, ["bwrap"]), unshare: await findRunner(scratch, ["unshare"]) };
/** With PHP proven on it; null where this machine has none of it. */
const runners = {
  bwrap: found.bwrap && (await provePhp(found.bwrap, scratch)),
  unshare: found.unshare && (await provePhp(found.unshare, scratch)),
};
afterAll(() => rm(scratch, { recursive: true }));

const server = createServer((socket) => {
  connections += 1;
  socket.destroy();
});
let connections = 0;
beforeAll(() => new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise((resolve) => void server.close(resolve)));
const port = () => (server.address() as { port: number }).port;

function filesOf(smoke: string, main = "wp-pay.php") {
  const plugin = { name: "wp-pay", version: "2.0.0", main, smoke: "smoke.php" };
  return [
    { path: "plugin.json", content: JSON.stringify(plugin) },
    { path: main, content: "<?php function pay() { return 7; }" },
    { path: "smoke.php", content: `<?php ${smoke}` },
  ];
}

function stage(kind: (typeof KINDS)[number], artifact: Buffer, limits: Partial<StagingLimits> = {}): Promise<StagingReport> {
  const manifest = { plugin_key: "wp-pay", version: "2.0.0" };
  return runStaging({ artifact, sha256: sha256Hex(artifact), manifest, baseline: null, limits }, { findRunner: async () => runners[kind] });
}

function failureOf(report: StagingReport): string {
  const last = report.steps.at(-1);
  expect(report).toMatchObject({ passed: false, undo_token_digest: null });
  return `${last?.name}: ${last?.detail}`;
}

/** Runs PHP behind the namespaces alone: what its settings forbid, the second wall, is left away. */
async function behindOneWall(kind: (typeof KINDS)[number], source: string): Promise<string> {
  const runner = runners[kind];
  if (!runner) throw new Error("skipped where there is no runner with PHP");
  const folder = path.join(scratch, "attempt");
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  writeFileSync(path.join(folder, "attempt.php"), `<?php ${source}`, { mode: 0o644 });
  const run = await runConfined(confine(runner, folder, "attempt.php", STAGING_LIMITS, "one"), STAGING_LIMITS);
  return `${run.stdout}${run.stderr}`.trim();
}

describe.each(KINDS)("a PHP candidate with %s", (kind) => {
  const onlyHere = test.skipIf(!runners[kind]);

  onlyHere.each([
    ["zip", makeZip],
    [
      "tar.gz",
      (files: { path: string; content: string }[]) =>
        writeTarGzip(files.map((one) => ({ path: one.path, bytes: Buffer.from(one.content) }))),
    ],
  ])("passes honestly, packed as %s", async (_format, pack) => {
    const smoke = `require __DIR__ . '/wp-pay.php'; echo json_encode(['passed' => pay() === 7 ? 1 : 0, 'failed' => 0]);`;
    const report = await stage(kind, pack(filesOf(smoke)));
    expect(report.steps.map(({ name, ok, detail }) => [name, ok, ok ? "" : detail])).toEqual(STAGING_STEPS.map((name) => [name, true, ""]));
    expect(report).toMatchObject({ passed: true, runner: kind, after_rollback_digest: report.before_digest });
  });

  onlyHere.each([
    ["fails a check", `echo '{"passed":0,"failed":1,"results":[{"name":"pays","ok":false,"detail":"no"}]}'; exit(1);`, /"pays": no/],
    ["calls what is not there", `format_exact_amount(1); ${PASSED}`, /exit code 255: .*undefined function format_exact_amount/],
    ["does not parse", `function (`, /exit code 255: .*Parse error/],
    ["says nothing", ``, /without a line of results/],
    ["claims success and ends with 3", `${PASSED} exit(3);`, /exit code 3/],
    ["reads a host file", `if (file_get_contents('/etc/passwd') === false) throw new Exception('kept in'); ${PASSED}`, /open_basedir/],
    ["starts a program", `system('id'); ${PASSED}`, /undefined function system/],
    ["forks", `pcntl_fork(); ${PASSED}`, /undefined function pcntl_fork/],
    [
      "writes beside itself",
      `if (!file_put_contents(__DIR__ . '/left', '1')) throw new Exception('kept in'); ${PASSED}`,
      /Read-only file system/,
    ],
  ])("that %s fails", async (_what, smoke, reason) => {
    expect(failureOf(await stage(kind, makeZip(filesOf(smoke))))).toMatch(reason);
  });

  onlyHere.each([
    ["never ends", `for (;;) {}`, { wallMs: 500 }, /did not end within 500 ms/],
    ["burns more processor time than it may", `for (;;) {}`, { cpuSeconds: 1 }, /signal (9|24)|was killed|exit code/],
    ["takes memory without end", `$all = ''; for (;;) { $all .= str_repeat('x', 1 << 20); }`, {}, /Allowed memory size|was killed|memory/i],
    ["writes without end", `for (;;) { echo str_repeat('x', 65536); }`, {}, /wrote more than/],
  ])("that %s is ended", async (_what, smoke, limits, reason) => {
    expect(failureOf(await stage(kind, makeZip(filesOf(smoke)), limits))).toMatch(reason);
  });

  onlyHere("sees none of our environment", async () => {
    vi.stubEnv("STAGING_TEST_SECRET", "s3cret");
    expect(await behindOneWall(kind, `echo json_encode(array_diff(array_keys(getenv()), ['PWD']));`)).toBe("[]");
  });

  onlyHere.each([
    ["reads a host file", () => `echo @file_get_contents('/etc/passwd') === false ? 'kept in' : 'OUT';`],
    ["reads a file of this project", () => `echo @file_get_contents('${path.resolve("package.json")}') === false ? 'kept in' : 'OUT';`],
    [
      "reads through a link of its own",
      () => `@symlink('/etc/passwd', '/tmp/l'); echo @file_get_contents('/tmp/l') === false ? 'kept in' : 'OUT';`,
    ],
    ["reads another process' environment", () => `echo @file_get_contents('/proc/1/environ') ? 'OUT' : 'kept in';`],
    ["starts a shell", () => `echo @shell_exec('/bin/sh -c id') ? 'OUT' : 'kept in';`],
    ["writes to /tmp", () => `echo @file_put_contents('/tmp/left', '1') ? 'OUT' : 'kept in';`],
    ["calls this machine's loopback", () => `echo @fsockopen('127.0.0.1', ${port()}, $n, $e, 2) ? 'OUT' : 'kept in';`],
    ["becomes root", () => `echo function_exists('posix_setuid') ? 'OUT' : 'kept in';`],
    [
      "forks a hundred times",
      () =>
        `$forks = 0; while ($forks < 100 && ($pid = @pcntl_fork()) >= 0) { if ($pid === 0) { sleep(60); exit; } $forks++; } echo $forks < 100 ? 'kept in' : 'OUT';`,
    ],
  ])("is kept in by the namespaces alone when it %s", async (_what, source) => {
    const said = await behindOneWall(kind, source());
    expect(said).toBe("kept in");
    expect(connections).toBe(0);
  });
});

const onlyWithRunner = test.skipIf(!found.bwrap && !found.unshare);

onlyWithRunner("where PHP is not proven nothing of it is run, and nothing passes", async () => {
  const runner = found.bwrap ?? found.unshare;
  if (runner) expect(() => confine({ ...runner, php: null }, "/nowhere", "smoke.php", STAGING_LIMITS)).toThrow(RangeError);
  const artifact = makeZip(filesOf(PASSED));
  const report = await runStaging(
    { artifact, sha256: sha256Hex(artifact), manifest: { plugin_key: "wp-pay", version: "2.0.0" }, baseline: null },
    { findRunner: async () => null },
  );
  expect(failureOf(report)).toMatch(/nothing was run/);
});

test.each([
  ["a symlink", { path: "link", content: "/etc/passwd", mode: 0o120777 }, /entry type 120000/],
  ["a path outside", { path: "../outside.php", content: "1" }, /leaves the archive/],
  ["the same file twice", { path: "smoke.php", content: "1" }, /duplicate/],
  ["an encrypted entry", { path: "secret.php", content: "1", flags: 1 }, /encrypted/],
  ["a bomb", { path: "zeros", content: Buffer.alloc(21 * 1024 * 1024) }, /unpacks to more/],
])("a zip with %s is never unpacked", async (_what, entry, reason) => {
  const report = await stage("bwrap", makeZip([...filesOf(PASSED), entry]));
  expect(failureOf(report)).toMatch(reason);
  expect(report).toMatchObject({ runner: "none", before_digest: null });
});

test("a zip that is not PHP is refused: no agent beside it would unpack that", async () => {
  expect(failureOf(await stage("bwrap", makeZip(filesOf(PASSED, "server.mjs"))))).toMatch(/a zip is for PHP/);
});
