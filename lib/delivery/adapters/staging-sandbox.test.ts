import { chmodSync, mkdirSync, readdirSync, utimesSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { packVersion } from "@/examples/shop/pack.mjs";
import { type TarEntry, writeTarGzip } from "@/examples/shop/tar-writer.mjs";
import { findRunner } from "@/lib/delivery/adapters/sandbox/find-runner";
import { runStaging, type StagingInput } from "@/lib/delivery/adapters/staging-sandbox";
import { STAGING_STEPS, type StagingReport, stagingReportSchema } from "@/lib/delivery/staging-report";
import { sha256Hex } from "@/lib/kernel/canonical-json";
import { LIMITS } from "@/lib/platform/limits";

const KINDS = ["bwrap", "unshare"] as const;
const PASSED = `console.log(JSON.stringify({ passed: 1, failed: 0 }));`;

const scratch = await mkdtemp(path.join(tmpdir(), "staging-test-"));
chmodSync(scratch, 0o711); // nobody, whom root becomes, must get through
/** Proven on the probe once: that each rehearsal proves its own is a case of its own below. */
const runners = { bwrap: await findRunner(scratch, ["bwrap"]), unshare: await findRunner(scratch, ["unshare"]) };
afterAll(() => rm(scratch, { recursive: true }));

function text(path: string, content: string): TarEntry {
  return { path, bytes: Buffer.from(content) };
}

/** A candidate 9.9.9 whose smoke test is the given program; further entries may be hostile. */
function candidate(smoke: string, more: readonly TarEntry[] = []): Buffer {
  const plugin = { name: "demo-pay", version: "9.9.9", main: "server.mjs", smoke: "smoke.mjs" };
  return writeTarGzip([text("plugin.json", JSON.stringify(plugin)), text("server.mjs", ""), text("smoke.mjs", smoke), ...more]);
}

function inputOf(artifact: Buffer, change: Partial<StagingInput> = {}): StagingInput {
  return {
    artifact,
    sha256: sha256Hex(artifact),
    manifest: { plugin_key: "demo-pay", version: "9.9.9" },
    baseline: { artifact: packVersion("1.2.2").bytes },
    ...change,
  };
}

function stageWith(kind: (typeof KINDS)[number], input: StagingInput): Promise<StagingReport> {
  return runStaging(input, { findRunner: async () => runners[kind] });
}

function failureOf(report: StagingReport): string {
  const last = report.steps.at(-1);
  expect(report).toMatchObject({ passed: false, undo_token_digest: null });
  expect(stagingReportSchema.parse(report)).toEqual(report);
  return `${last?.name}: ${last?.detail}`;
}

describe.each(KINDS)("with %s", (kind) => {
  const onlyHere = test.skipIf(!runners[kind]);

  onlyHere("every smoke test that the release declares is run, and the first that fails is named", async () => {
    const declares = (smoke_tests: string[]) => ({ manifest: { plugin_key: "demo-pay", version: "9.9.9", smoke_tests } });
    const bytes = candidate(PASSED, [text("second.mjs", PASSED), text("third.mjs", "process.exitCode = 3;")]);
    const report = await stageWith(kind, inputOf(bytes, declares(["smoke.mjs", "second.mjs"])));
    expect(report).toMatchObject({ passed: true });
    expect(report.steps.find(({ name }) => name === "smoke")?.detail).toBe("smoke.mjs: 1 checks passed; second.mjs: 1 checks passed");
    expect(failureOf(await stageWith(kind, inputOf(bytes, declares(["second.mjs", "third.mjs"]))))).toMatch(
      /^smoke: third\.mjs: .*exit code 3/,
    );
  });

  onlyHere.each(["1.2.3", "1.2.4", "1.2.5"])("demo-pay %s passes honestly, and undo is proven before do", async (version) => {
    const packed = packVersion(version);
    const report = await stageWith(kind, inputOf(packed.bytes, { manifest: packed.manifest, sha256: packed.sha256 }));
    expect(report.steps.map((step) => [step.name, step.ok])).toEqual(STAGING_STEPS.map((name) => [name, true]));
    expect(report).toMatchObject({ passed: true, runner: kind, after_rollback_digest: report.before_digest });
    expect(report.undo_token_digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(stagingReportSchema.parse(report)).toEqual(report);
  });

  onlyHere("the same patch on the same version gives the same undo token, on another version another", async () => {
    const artifact = candidate(PASSED);
    const [first, again, elsewhere] = await Promise.all([
      stageWith(kind, inputOf(artifact)),
      stageWith(kind, inputOf(artifact)),
      stageWith(kind, inputOf(artifact, { baseline: { artifact: packVersion("1.2.1").bytes } })),
    ]);
    expect(first.undo_token_digest).toBe(again.undo_token_digest);
    expect(first.undo_token_digest).not.toBe(elsewhere.undo_token_digest);
  });

  onlyHere("a first installation, with nothing to go back to, passes too", async () => {
    expect(await stageWith(kind, inputOf(candidate(PASSED), { baseline: null }))).toMatchObject({ passed: true });
  });

  onlyHere.each([
    [
      "fails a check",
      `console.log('{"passed":1,"failed":1,"results":[{"name":"pays","ok":false,"detail":"no"}]}'); process.exitCode = 1`,
      /1 of its checks failed, first "pays": no/,
    ],
    ["throws", `throw new Error("out of order")`, /exit code 1: .*out of order/],
    ["ends with 0 and says nothing", `process.exit(0)`, /without a line of results/],
    ["ends with 0 after no check at all", `console.log('{"passed":0,"failed":0}')`, /0 checks passed/],
    ["claims success and ends with 3", `${PASSED} process.exitCode = 3`, /exit code 3/],
    ["kills itself", `process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000)`, /signal 9|was killed|did not end/],
  ])("a smoke test that %s fails", async (_what, smoke, reason) => {
    expect(failureOf(await stageWith(kind, inputOf(candidate(smoke), { limits: { wallMs: 1_500 } })))).toMatch(reason);
  });

  onlyHere.each([
    ["reads /etc/passwd", `import { readFileSync } from "node:fs"; readFileSync("/etc/passwd"); ${PASSED}`],
    ["lists the host's root", `import { chmodSync, mkdirSync, readdirSync, utimesSync } from "node:fs"; readdirSync("/"); ${PASSED}`],
    ["reads its own process' environment", `import { readFileSync } from "node:fs"; readFileSync("/proc/self/environ"); ${PASSED}`],
    [
      "reads a file of this project",
      `import { readFileSync } from "node:fs"; readFileSync(${JSON.stringify(path.resolve("package.json"))}); ${PASSED}`,
    ],
    [
      "reads through a path that leaves its folder",
      `import { readFileSync } from "node:fs"; readFileSync("../../../../../../etc/hostname"); ${PASSED}`,
    ],
    ["writes beside itself", `import { writeFileSync } from "node:fs"; writeFileSync("server.mjs", "1"); ${PASSED}`],
    ["writes to /tmp", `import { writeFileSync } from "node:fs"; writeFileSync("/tmp/left-behind", "1"); ${PASSED}`],
    ["starts a program", `import { execSync } from "node:child_process"; execSync("id"); ${PASSED}`],
    ["starts a worker", `import { Worker } from "node:worker_threads"; new Worker("1", { eval: true }); ${PASSED}`],
  ])("a candidate that %s is stopped", async (_what, smoke) => {
    expect(failureOf(await stageWith(kind, inputOf(candidate(smoke))))).toMatch(
      /^smoke: .*(ERR_ACCESS_DENIED|ENOENT|EROFS|EACCES|restricted)/,
    );
  });

  onlyHere("a candidate sees none of our environment", async () => {
    vi.stubEnv("STAGING_TEST_SECRET", "s3cret");
    const smoke = `throw new Error("sees " + JSON.stringify(process.env))`;
    const failure = failureOf(await stageWith(kind, inputOf(candidate(smoke))));
    expect(failure).toMatch(/sees \{("PWD":"\/candidate")?\}/);
    expect(failure).not.toContain("s3cret");
  });

  describe("beside a server on this machine's loopback", () => {
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    let connections = 0;
    beforeAll(() => new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve)));
    afterAll(() => new Promise((resolve) => void server.close(resolve)));

    onlyHere("a candidate cannot reach it", async () => {
      const address = server.address();
      const port = typeof address === "object" ? address?.port : null;
      const smoke = `
        import { connect } from "node:net";
        const socket = connect(${port}, "127.0.0.1", () => { ${PASSED} process.exit(0); });
        socket.on("error", (error) => { throw error; });`;
      expect(failureOf(await stageWith(kind, inputOf(candidate(smoke))))).toMatch(/ECONNREFUSED|ENETUNREACH|ERR_ACCESS_DENIED/);
      expect(connections).toBe(0);
    });
  });

  onlyHere.each([
    ["never ends", `for (;;) {}`, { wallMs: 400 }, /did not end within 400 ms/],
    ["waits for ever", `setInterval(() => {}, 1000)`, { wallMs: 400 }, /did not end within 400 ms/],
    ["burns more processor time than it may", `for (;;) {}`, { cpuSeconds: 1 }, /signal (9|24)|was killed|exit code 1: unshare/],
    ["writes without end", `const line = "x".repeat(65536); for (;;) process.stdout.write(line);`, {}, /wrote more than 65536 bytes/],
    [
      "takes heap without end",
      `const all = []; for (;;) all.push(new Array(10000).fill(0).map(() => ({})));`,
      { heapMb: 32 },
      /signal|heap|was killed/,
    ],
    [
      "takes memory beside the heap",
      `const all = []; for (;;) all.push(Buffer.alloc(32 << 20, 1));`,
      {},
      /allocation|memory|signal|was killed/i,
    ],
  ])("a candidate that %s is ended", async (_what, smoke, limits, reason) => {
    expect(failureOf(await stageWith(kind, inputOf(candidate(smoke), { limits })))).toMatch(reason);
  });
});

test.each([
  ["a symlink", [{ path: "link", bytes: Buffer.alloc(0), type: "2", linkTarget: "/etc/passwd" }], /entry type "2"/],
  ["a hard link", [{ path: "link", bytes: Buffer.alloc(0), type: "1", linkTarget: "server.mjs" }], /entry type "1"/],
  ["a device", [{ path: "null", bytes: Buffer.alloc(0), type: "3" }], /entry type "3"/],
  ["a path outside", [text("../outside.mjs", "1")], /leaves the archive/],
  ["an absolute path", [text("/etc/cron.d/job", "1")], /absolute path/],
  ["the same file twice", [text("server.mjs", "2")], /duplicate/],
])("an archive with %s is never unpacked", async (_what, more, reason) => {
  const before = readdirSync(scratch);
  const report = await runStaging(inputOf(candidate(PASSED, more)), { scratch });
  expect(failureOf(report)).toMatch(reason);
  expect(report).toMatchObject({ runner: "none", before_digest: null });
  expect(readdirSync(scratch)).toEqual(before);
});

test.each([
  ["other bytes than were released", inputOf(candidate(PASSED), { sha256: "0".repeat(64) }), /not those that were released/],
  [
    "another version than its manifest",
    inputOf(candidate(PASSED), { manifest: { plugin_key: "demo-pay", version: "9.9.8" } }),
    /manifest does not say/,
  ],
  [
    "another plugin than its manifest",
    inputOf(candidate(PASSED), { manifest: { plugin_key: "other", version: "9.9.9" } }),
    /manifest does not say/,
  ],
  ["the version that runs", inputOf(candidate(PASSED), { baseline: { artifact: candidate(PASSED) } }), /runs already/],
  ["no archive", inputOf(Buffer.from("hello")), /cannot be decompressed/],
  ["no plugin.json", inputOf(writeTarGzip([text("a.txt", "1")])), /plugin.json is missing/],
  ["a plugin.json that is no JSON", inputOf(writeTarGzip([text("plugin.json", "{")])), /no JSON/],
  [
    "no smoke tests",
    inputOf(writeTarGzip([text("plugin.json", '{"name":"demo-pay","version":"9.9.9","main":"a.mjs"}'), text("a.mjs", "")])),
    /no smoke tests/,
  ],
  [
    "a declared smoke test that is missing",
    inputOf(candidate(PASSED), { manifest: { plugin_key: "demo-pay", version: "9.9.9", smoke_tests: ["smoke.mjs", "other.mjs"] } }),
    /declares the smoke test "other\.mjs"/,
  ],
  [
    "a main file that is missing",
    inputOf(writeTarGzip([text("plugin.json", '{"name":"demo-pay","version":"9.9.9","main":"a.mjs"}')])),
    /does not hold/,
  ],
])("an artifact with %s is refused before anything runs", async (_what, input, reason) => {
  const report = await runStaging(input);
  expect(failureOf(report)).toMatch(reason);
  expect(report.steps).toHaveLength(1);
});

test("an archive that unpacks to more than it may is refused", async () => {
  const report = await runStaging(inputOf(candidate(PASSED, [{ path: "zeros", bytes: Buffer.alloc(21 * 1024 * 1024) }])));
  expect(failureOf(report)).toMatch(/verify: .*(unpacks to more|decompressed)/);
});

test("where no runner works nothing is run, and nothing passes", async () => {
  const report = await runStaging(inputOf(candidate(PASSED)), { findRunner: async () => null });
  expect(failureOf(report)).toMatch(/smoke: neither bwrap nor unshare/);
  expect(report.runner).toBe("none");
});

test.skipIf(!runners.bwrap && !runners.unshare)("a rehearsal that is called off ends at once and fails", async () => {
  const report = await runStaging(inputOf(candidate("setInterval(() => {}, 1000)")), { signal: AbortSignal.timeout(300) });
  expect(failureOf(report)).toMatch(/called off/);
});

test("nothing of a rehearsal stays on disk", async () => {
  const before = readdirSync(scratch);
  await runStaging(inputOf(candidate(PASSED)), { scratch });
  expect(readdirSync(scratch)).toEqual(before);
});

test("a process whose clock runs ahead removes nobody's rehearsal that is under way", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "staging-clocks-"));
  mkdirSync(path.join(folder, "reliability-staging-live"));
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 24 * 60 * 60 * 1_000 });
  try {
    await runStaging(inputOf(candidate(PASSED)), { scratch: folder, findRunner: () => Promise.resolve(null) });
  } finally {
    vi.useRealTimers();
  }
  expect(readdirSync(folder)).toEqual(["reliability-staging-live"]);
  await rm(folder, { recursive: true });
});

test("what a killed worker left behind is removed by the next rehearsal; one under way beside it is left alone", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "staging-leftovers-"));
  for (const name of ["reliability-staging-dead", "reliability-staging-live", "somebody-else"])
    mkdirSync(path.join(folder, name, "shop"), { recursive: true });
  const longAgo = new Date(Date.now() - LIMITS.stagingLeftoverMs - 1_000);
  for (const name of ["reliability-staging-dead", "somebody-else"]) utimesSync(path.join(folder, name), longAgo, longAgo);
  await runStaging(inputOf(candidate(PASSED)), { scratch: folder, findRunner: () => Promise.resolve(null) });
  expect(readdirSync(folder).sort()).toEqual(["reliability-staging-live", "somebody-else"]);
  await rm(folder, { recursive: true });
});
