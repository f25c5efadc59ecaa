import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { buildProgram, ROOT } from "./build-program";
import type { Look } from "./observer-program";

/** A process that looks at plugins when it is told to, and can be killed while it does. */
export class ObserverProcess {
  private readonly death: Promise<unknown>;

  private constructor(private readonly child: ChildProcess) {
    this.death = once(child, "exit");
  }

  static async start(): Promise<ObserverProcess> {
    const program = await buildProgram("observer-program");
    const child = fork(program, { cwd: ROOT, env: process.env, execArgv: [], stdio: ["ignore", "inherit", "inherit", "ipc"] });
    await Promise.race([once(child, "message"), once(child, "exit").then(() => Promise.reject(new Error("the observer did not start")))]);
    return new ObserverProcess(child);
  }

  /** One whole look. @throws Error when the process dies of it */
  async look(look: Look): Promise<void> {
    const over = new AbortController();
    const done = once(this.child, "message", { signal: over.signal });
    this.child.send(look);
    try {
      await Promise.race([done, this.death.then(() => Promise.reject(new Error("the observer died")))]);
    } finally {
      over.abort();
    }
  }

  /** Begins a look and ends the process by `kill -9` after so long. @returns whether the look was still under way */
  async dieAt(look: Look, afterMs: number): Promise<boolean> {
    let isDone = false;
    this.child.once("message", () => {
      isDone = true;
    });
    this.child.send(look);
    let wasAtWork = false;
    setTimeout(() => {
      wasAtWork = !isDone;
      this.child.kill("SIGKILL");
    }, afterMs);
    await this.death;
    return wasAtWork;
  }

  /** Ends it, if it still lives. */
  stop(): void {
    if (this.child.connected) this.child.disconnect();
  }
}
