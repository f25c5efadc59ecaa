import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test, vi } from "vitest";
import { identifyProcess } from "../../../scripts/process/process-identity.mjs";

const MODULE = pathToFileURL(join(import.meta.dirname, "run-process.mjs")).href;
const SOON = { timeout: 20_000, interval: 20 };
/** A server with a process of its own below it, which writes into its folder until the very end. It says nothing that a closed pipe could end it by. */
const OBEDIENT = `trap 'kill $!; exit 0' TERM; (exec >/dev/null 2>&1; while :; do date > "$FOLDER/data/log"; sleep 0.05; done) & echo "pids $$ $!"; exec >/dev/null 2>&1; wait`;
/** One that hangs on its way down. */
const STUBBORN = `trap '' TERM; echo "pids $$"; exec >/dev/null 2>&1; while :; do sleep 0.2; done`;

interface Host {
  readonly owner: ChildProcess;
  readonly folder: string;
  /** Of the server, by process id. */
  readonly lives: ReadonlyMap<number, string | null>;
}

/** A program that runs a server in a folder of its own, as the journeys do, and then does what is asked of it. */
async function standUp(server: string, then: string): Promise<Host> {
  const folder = mkdtempSync(join(tmpdir(), "run-process-"));
  const program = `
    import { mkdirSync } from "node:fs";
    import { removeWithUs, runServer, until } from ${JSON.stringify(MODULE)};
    const folder = ${JSON.stringify(folder)};
    mkdirSync(folder + "/data");
    const { remove } = removeWithUs(folder);
    const env = { ...process.env, FOLDER: folder };
    const server = runServer("sh", ["-c", ${JSON.stringify(server)}], { env, graceSeconds: 1 });
    await until(() => /^pids .*$/m.test(server.said()), "the server");
    console.log(server.said());
    await new Promise((resolve) => process.stdin.once("data", resolve));
    ${then}`;
  const file = join(folder, "owner.mjs");
  writeFileSync(file, program);
  const owner = spawn(process.execPath, [file], { stdio: ["pipe", "pipe", "ignore"] });
  let said = "";
  owner.stdout?.on("data", (chunk) => {
    said += chunk;
  });
  await vi.waitFor(() => expect(said).toMatch(/^pids [\d ]+\n/m), SOON);
  const pids = (/^pids (.*)$/m.exec(said)?.[1] ?? "").split(" ").map(Number);
  const lives = new Map(pids.map((pid) => [pid, identifyProcess(pid)]));
  expect([...lives.values()], "the server stands").not.toContain(null);
  return { owner, folder, lives };
}

async function expectNothingLeft({ folder, lives }: Host): Promise<void> {
  const left = () => [...lives].filter(([pid, life]) => identifyProcess(pid) === life);
  await vi.waitFor(() => expect({ left: left(), folder: existsSync(folder) }).toEqual({ left: [], folder: false }), SOON);
}

const SIGNALS = ["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"] as const;
test.each(SIGNALS)("a server and its folder go with whoever started it by %s", async (signal) => {
  const host = await standUp(OBEDIENT, "");
  host.owner.kill(signal);
  await expectNothingLeft(host);
});

test.each([
  ["a crash", `throw new Error("broken");`],
  ["an end without a stop", "process.exit(0);"],
  ["a stop in order", "await server.stop(); await remove(); process.exit(0);"],
])("a server and its folder go with %s", async (_, then) => {
  const host = await standUp(OBEDIENT, then);
  host.owner.stdin?.end("go\n");
  await once(host.owner, "exit");
  await expectNothingLeft(host);
});

test("a server that does not end when it is told to is ended by force", async () => {
  const host = await standUp(STUBBORN, "");
  host.owner.kill("SIGKILL");
  await expectNothingLeft(host);
});
