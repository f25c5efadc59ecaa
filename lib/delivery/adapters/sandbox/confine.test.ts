import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Confined, confine } from "@/lib/delivery/adapters/sandbox/confine";
import { findRunner } from "@/lib/delivery/adapters/sandbox/find-runner";
import { runConfined } from "@/lib/delivery/adapters/sandbox/run-confined";
import { STAGING_LIMITS } from "@/lib/delivery/adapters/sandbox/staging-limits";

const scratch = mkdtempSync(path.join(tmpdir(), "confine-test-"));
const runners = { bwrap: await findRunner(scratch, ["bwrap"]), unshare: await findRunner(scratch, ["unshare"]) };
const folder = path.join(scratch, "probe");
afterAll(() => rmSync(scratch, { recursive: true }));

const server = createServer((socket) => socket.destroy());
beforeAll(() => new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise((resolve) => void server.close(resolve)));

/** The same command line with Node's own permission model taken away: what is left must hold alone. */
function withoutPermissionModel(confined: Confined): Confined {
  const isPermission = (argument: string) => /^--(experimental-permission|permission|allow-fs-read=.*)$/.test(argument);
  const commandArguments = confined.commandArguments.filter((argument) => !isPermission(argument));
  expect(commandArguments).toHaveLength(confined.commandArguments.length - 2);
  return { ...confined, commandArguments };
}

async function attempt(kind: keyof typeof runners, expression: string): Promise<string> {
  const runner = runners[kind];
  if (!runner) throw new Error("skipped where there is no runner");
  const source = `
    import * as fs from "node:fs"; import * as net from "node:net"; import * as os from "node:os";
    try { console.log(JSON.stringify(await (${expression}))); } catch (error) { console.log(error.code); }`;
  writeFileSync(path.join(folder, "attempt.mjs"), source, { mode: 0o644 });
  const confined = withoutPermissionModel(confine(runner, folder, "attempt.mjs", STAGING_LIMITS));
  const run = await runConfined(confined, STAGING_LIMITS);
  return `${run.stdout}${run.stderr}`.trim();
}

function connectTo(port: number): string {
  return `new Promise((resolve, reject) => net.connect(${port}, "127.0.0.1", () => resolve("connected")).on("error", reject))`;
}

describe("without Node's permission model", () => {
  const address = () => server.address() as { port: number };

  test.skipIf(!runners.bwrap).each([
    ["/etc/passwd does not exist", `fs.readFileSync("/etc/passwd", "utf8")`, "ENOENT"],
    ["there are no processes to look at", `fs.readdirSync("/proc")`, "ENOENT"],
    [
      "the root holds nothing of the host",
      `fs.readdirSync("/").filter((name) => !name.startsWith("lib"))`,
      '["candidate","dev","sandbox","tmp","usr"]',
    ],
    ["of /usr only libraries are there", `fs.readdirSync("/usr").every((name) => name.startsWith("lib"))`, "true"],
    ["/tmp cannot be written", `fs.writeFileSync("/tmp/x", "1")`, "EROFS"],
    ["its own files cannot be written", `fs.writeFileSync("/candidate/x", "1")`, "EROFS"],
    ["it is nobody", `[process.getuid(), process.getgid()]`, "[65534,65534]"],
    ["it cannot become root, who does not exist there", `process.setuid(0)`, "EINVAL"],
  ])("bwrap: %s", async (_what, expression, answer) => {
    expect(await attempt("bwrap", expression)).toBe(answer);
  });

  test.skipIf(!runners.bwrap)("bwrap: this machine's loopback is out of reach", async () => {
    expect(await attempt("bwrap", connectTo(address().port))).toMatch(/^(ECONNREFUSED|ENETUNREACH)$/);
  });

  test.skipIf(!runners.unshare)("unshare: this machine's loopback is out of reach", async () => {
    expect(await attempt("unshare", connectTo(address().port))).toMatch(/^(ECONNREFUSED|ENETUNREACH)$/);
  });

  test.skipIf(!runners.unshare)("unshare: it sees no process but its own", async () => {
    expect(await attempt("unshare", `fs.readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name)).length`)).toBe("1");
  });
});
