import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { log } from "./log.mjs";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
const STEADY_MS = 60_000;
const STOP_MS = 4_000;
/** What an agent needs of our environment: everything else may hold secrets that are none of a shop's business. */
const PASSED_VARIABLES = ["PATH", "HOME", "LANG", "TZ", "TMPDIR", "LOG_LEVEL"];

/** The command line of a process, or "" when it is gone. */
function commandLine(pid) {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8");
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return ""; // no such process: the file is missing, or ps ended with 1
  }
}

/** Ends an agent that a killed fleet left behind: two agents on one folder would fight over the plugin's port. */
export async function endLeftoverAgent(directory) {
  const file = path.join(directory, "agent.pid");
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, "utf8"));
  const isOurs = () => commandLine(pid).includes(directory);
  if (isOurs()) process.kill(pid, "SIGTERM");
  for (let waitedMs = 0; isOurs() && waitedMs < STOP_MS; waitedMs += 50) await wait(50);
  if (isOurs()) process.kill(pid, "SIGKILL");
  rmSync(file, { force: true });
}

/** Runs one merchant's agent and starts it again, with growing pauses, whenever it ends. */
export class AgentKeeper {
  #agentPath;
  #directory;
  #slug;
  #child = null;
  #timer = null;
  #pauseMs = FIRST_PAUSE_MS;
  #isStopping = false;

  /** @param {{ agentPath: string, directory: string, slug: string }} parts */
  constructor({ agentPath, directory, slug }) {
    this.#agentPath = agentPath;
    this.#directory = directory;
    this.#slug = slug;
  }

  start() {
    if (this.#isStopping) return;
    const startedMs = Date.now();
    const env = Object.fromEntries(PASSED_VARIABLES.filter((name) => process.env[name]).map((name) => [name, process.env[name]]));
    const child = spawn(process.execPath, ["--max-old-space-size=48", this.#agentPath, "--dir", this.#directory], {
      env,
      stdio: ["ignore", "inherit", "inherit"],
    });
    this.#child = child;
    child.on("error", (error) => log("error", "WARN_CHILD_ENDED", `The agent of ${this.#slug} could not run: ${error.message}`));
    child.once("spawn", () => writeFileSync(path.join(this.#directory, "agent.pid"), String(child.pid)));
    child.once("close", (code, signal) => this.#onEnd(Date.now() - startedMs, signal ?? code));
  }

  #onEnd(livedMs, how) {
    this.#child = null;
    rmSync(path.join(this.#directory, "agent.pid"), { force: true });
    if (this.#isStopping) return;
    if (livedMs > STEADY_MS) this.#pauseMs = FIRST_PAUSE_MS;
    log("warn", "WARN_CHILD_ENDED", `The agent of ${this.#slug} ended (${how}); again in ${this.#pauseMs} ms`, { shop: this.#slug });
    this.#timer = setTimeout(() => this.start(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }

  /** Asks the agent to end, and ends it after 4 s. */
  async stop() {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (!child) return;
    const killer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    const ended = once(child, "close");
    child.kill("SIGTERM");
    await ended;
    clearTimeout(killer);
  }
}
