import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { KillLabel } from "@/lib/platform/faults/kill-labels";
import { buildProgram, ROOT } from "./build-program";
import type { Errand } from "./worker-program";

/** A worker in a process of its own that ends itself by `kill -9` at a label. */
export class WorkerProcess {
  private constructor(private readonly child: ChildProcess) {}

  /** @param leaseSeconds  how long what it holds stays held after its death */
  static async start(killAt: KillLabel, leaseSeconds = 60): Promise<WorkerProcess> {
    const program = await buildProgram("worker-program");
    const env = { ...process.env, CHAOS: "1", CHAOS_KILL_AT: killAt, LEASE_SECONDS: String(leaseSeconds) };
    const child = fork(program, { cwd: ROOT, env, execArgv: [], stdio: ["ignore", "inherit", "inherit", "ipc"] });
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
