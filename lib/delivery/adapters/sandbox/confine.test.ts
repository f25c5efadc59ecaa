import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { confine } from "@/lib/delivery/adapters/sandbox/confine";
import { findRunner } from "@/lib/delivery/adapters/sandbox/find-runner";
import { runConfined } from "@/lib/delivery/adapters/sandbox/run-confined";
import { STAGING_LIMITS } from "@/lib/delivery/adapters/sandbox/staging-limits";

const scratch = mkdtempSync(path.join(tmpdir(), "confine-test-"));
chmodSync(scratch, 0o711); // nobody, whom root becomes, must get through
const runners = { bwrap: await findRunner(scratch, ["bwrap"]), unshare: await findRunner(scratch, ["unshare"]) };
const folder = path.join(scratch, "probe");
afterAll(() => rmSync(scratch, { recursive: true }));

const server = createServer((socket) => socket.destroy());
beforeAll(() => new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise((resolve) => void server.close(resolve)));

async function attempt(kind: keyof typeof runners, expression: string): Promise<string> {
  const runner = runners[kind];
  if (!runner) throw new Error("skipped where there is no runner");
  const source = `
    import * as fs from "node:fs"; import * as net from "node:net"; import * as os from "node:os";
    try { console.log(JSON.stringify(await (${expression}))); } catch (error) { console.log(error.code); }`;
  writeFileSync(path.join(folder, "attempt.mjs"), source, { mode: 0o644 });
  const confined = confine(runner, folder, "attempt.mjs", STAGING_LIMITS, "one");
  const run = await runConfined(confined, STAGING_LIMITS);
  return `${run.stdout}${run.stderr}`.trim();
}

function connectTo(port: number): string {
  return `new Promise((resolve, reject) => net.connect(${port}, "127.0.0.1", () => resolve("connected")).on("error", reject))`;
}

test.runIf(process.getuid?.() === 0)("root becomes nobody, whom the kernel holds to a limit on processes", () => {
  for (const runner of Object.values(runners)) expect(runner?.identity ?? 65_534).toBe(65_534);
});

describe("without Node's permission model", () => {
  const address = () => server.address() as { port: number };

  const KINDS = ["bwrap", "unshare"] as const;
  describe.each(KINDS)("%s", (kind) => {
    const onlyHere = test.skipIf(!runners[kind]);

    onlyHere.each([
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
      ["this machine's loopback is out of reach", "connect()", "ECONNREFUSED|ENETUNREACH"],
      ["it has no environment", "Object.keys(process.env).filter((name) => name !== 'PWD')", "\\[\\]"],
    ])("%s", async (_what, expression, answer) => {
      const said = await attempt(kind, expression === "connect()" ? connectTo(address().port) : expression);
      expect(said).toMatch(answer.startsWith("[") || answer === "true" ? answer : new RegExp(`^(${answer})$`));
    });
  });

  test.skipIf(!runners.bwrap).each([
    ["it is nobody", `[process.getuid(), process.getgid()]`, "[65534,65534]"],
    ["it cannot become root, who does not exist there", `process.setuid(0)`, "EINVAL"],
  ])("bwrap: %s", async (_what, expression, answer) => {
    expect(await attempt("bwrap", expression)).toBe(answer);
  });

  test.skipIf(!runners.unshare)("unshare: it cannot become anybody of the host", async () => {
    expect(await attempt("unshare", "process.setuid(1)")).toMatch(/^(EINVAL|EPERM)$/);
  });
});
