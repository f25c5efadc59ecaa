import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { afterAll } from "vitest";
import type { KillLabel } from "@/lib/platform/faults/kill-labels";
import type { Errand } from "./worker-program";

const ROOT = path.resolve(import.meta.dirname, "..", "..");
const PROGRAM = path.join(ROOT, ".build", "test", `worker-${process.pid}.mjs`);
let built: Promise<unknown> | null = null;
afterAll(() => rmSync(PROGRAM, { force: true }));

function buildProgram(): Promise<unknown> {
  built ??= build({
    absWorkingDir: ROOT,
    entryPoints: [path.join(ROOT, "test", "loop", "worker-program.ts")],
    outfile: PROGRAM,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    tsconfig: path.join(ROOT, "tsconfig.json"),
    logLevel: "warning",
  });
  return built;
}

/** A worker in a process of its own that ends itself by `kill -9` at a label. */
export class WorkerProcess {
  private constructor(private readonly child: ChildProcess) {}

  /** @param leaseSeconds  how long what it holds stays held after its death */
  static async start(killAt: KillLabel, leaseSeconds = 60): Promise<WorkerProcess> {
    await buildProgram();
    const env = { ...process.env, CHAOS: "1", CHAOS_KILL_AT: killAt, LEASE_SECONDS: String(leaseSeconds) };
    const child = fork(PROGRAM, { cwd: ROOT, env, execArgv: [], stdio: ["ignore", "inherit", "inherit", "ipc"] });
    await Promise.race([once(child, "message"), once(child, "exit").then(() => Promise.reject(new Error("the worker did not start")))]);
    return new WorkerProcess(child);
  }

  /** Sends it on one errand. @returns how it died, or null when it came back */
  async send(errand: Errand): Promise<string | null> {
    const over = Promise.race([
      once(this.child, "message").then(() => null),
      once(this.child, "exit").then(([code, signal]) => String(signal ?? code)),
    ]);
    this.child.send(errand);
    return over;
  }

  /** Ends it, if it still lives. */
  stop(): void {
    if (this.child.connected) this.child.disconnect();
  }
}
