import { spawn } from "node:child_process";
import type { Confined } from "@/lib/delivery/adapters/sandbox/confine";
import type { StagingLimits } from "@/lib/delivery/adapters/sandbox/staging-limits";

/** How a confined run ended. Output is at most the limit, whatever the candidate wrote. */
export interface ConfinedRun {
  readonly end: "exited" | "wall-time" | "output" | "aborted" | "not-started";
  /** Exit code; 128 + n or null after signal n. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Next's types promise a NODE_ENV everywhere; here there is nothing on purpose. */
const NO_ENVIRONMENT = {} as NodeJS.ProcessEnv;

/**
 * Runs a confined command line to its end, and ends it with its whole group when it takes too long or says too much.
 *
 * @param signal ends the run early, for example when the kill switch is turned on
 */
export function runConfined(confined: Confined, limits: StagingLimits, signal?: AbortSignal): Promise<ConfinedRun> {
  const { command, commandArguments, identity } = confined;
  const who = identity === null ? {} : { uid: identity, gid: identity };
  const child = spawn(command, commandArguments, {
    ...who,
    env: NO_ENVIRONMENT,
    cwd: "/",
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  let bytes = 0;
  let end: ConfinedRun["end"] = "exited";

  const kill = (why: ConfinedRun["end"]) => {
    if (end !== "exited" || child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    end = why;
    killGroup(child.pid);
  };
  const collect = (stream: keyof typeof output) => (chunk: Buffer) => {
    const room = limits.outputBytes - bytes;
    bytes += chunk.length;
    if (room > 0) output[stream].push(chunk.subarray(0, room));
    if (bytes > limits.outputBytes) kill("output");
  };

  const timer = setTimeout(() => kill("wall-time"), limits.wallMs);
  const abort = () => kill("aborted");
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort);
  child.stdout.on("data", collect("stdout"));
  child.stderr.on("data", collect("stderr"));

  return new Promise((resolve) => {
    const finish = (code: number | null) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      const [stdout, stderr] = [output.stdout, output.stderr].map((chunks) => Buffer.concat(chunks).toString("utf8"));
      resolve({ end, code, stdout: stdout ?? "", stderr: stderr ?? "" });
    };
    child.once("error", () => {
      if (child.pid === undefined) end = "not-started";
      finish(null);
    });
    child.once("close", (code) => finish(code));
  });
}

/** The group, not the child alone: the runner's own watchers die with it, and the candidate with them. */
function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it ended by itself in this very moment
  }
}
