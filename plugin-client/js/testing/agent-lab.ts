import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startAgent } from "../agent.mjs";
import type { RunningAgent } from "../types.d.mts";
import { type FakeBeat, type FakeCenter, startFakeCenter } from "./fake-center.mjs";
import { type Behaviour, tinyArtifact, tinyPlugin } from "./tiny-plugin";

const AGENT = fileURLToPath(new URL("../agent.mjs", import.meta.url));

/** What the fake Center starts with, and fields of agent.json that differ from the lab's own. */
export type LabOptions = NonNullable<Parameters<typeof startFakeCenter>[0]> & { agent?: Record<string, unknown> };

export interface UpdateOptions {
  behaviour?: Behaviour;
  commits?: boolean;
  [field: string]: unknown;
}

export interface SpawnedAgent {
  child: ChildProcess;
  /** Resolves with the signal or exit code. */
  ended: Promise<string | number>;
  /** Everything it wrote to stdout so far. */
  output(): string;
}

/** A merchant's machine for one test: a directory with the tiny plugin 1.0.0 installed, a fake Center, agents as real processes. */
export class AgentLab {
  readonly #agents: SpawnedAgent[] = [];
  readonly #inProcess: RunningAgent[] = [];

  private constructor(
    readonly dir: string,
    readonly port: number,
    readonly center: FakeCenter,
  ) {}

  static async create(options: LabOptions = {}): Promise<AgentLab> {
    const lab = new AgentLab(mkdtempSync(join(tmpdir(), "agent-")), await freePort(), await startFakeCenter(options));
    lab.install("1.0.0");
    mkdirSync(join(lab.dir, "state"));
    symlinkSync("versions/1.0.0", join(lab.dir, "current"));
    writeFileSync(join(lab.dir, "agent.json"), JSON.stringify({ ...lab.config(), ...options.agent }), { mode: 0o600 });
    return lab;
  }

  config() {
    return {
      center_url: this.center.url,
      plugin_id: this.center.pluginId,
      secret: this.center.secret,
      trust: this.center.trust,
      plugin: { port: this.port, env: { STARTS: this.startsFile } },
      watch_interval_ms: 50,
      start_timeout_ms: 5_000,
      stop_grace_ms: 1_000,
    };
  }

  /** Sends an update 1.0.0 -> 1.1.0; with `commits`, also the commit as soon as the update was applied. */
  sendUpdate({ behaviour = "good", commits = false, ...changes }: UpdateOptions = {}): string {
    const artifact = this.center.offer(tinyArtifact("1.1.0", behaviour));
    const id = this.center.send({ type: "update", from_version: "1.0.0", to_version: "1.1.0", artifact, ...changes });
    if (commits) this.onApplied(id, () => this.center.send({ type: "commit", ref: id }));
    return id;
  }

  /** Reacts once to the `applied` ack of a command, before the beat that follows it. */
  onApplied(id: string, react: () => void): void {
    this.center.onAnswer = ({ data }) => {
      if (data.command_id !== id || data.stage !== "applied") return;
      this.center.onAnswer = null;
      react();
    };
  }

  /** Waits for the last word on a command: its committed ack or its fail. */
  async outcomeOf(id: string): Promise<string> {
    const last = () => this.center.answersTo(id).at(-1) ?? "";
    await this.center.until(() => last() === "committed" || last().startsWith("fail:"), `outcome of ${id}`);
    return last();
  }

  /** Waits for a beat, later than those so far, that satisfies a condition. */
  async nextBeat(condition: (beat: FakeBeat) => boolean, what: string): Promise<FakeBeat> {
    const seen = this.center.beats.length;
    const found = () => this.center.beats.slice(seen).find(condition);
    await this.center.until(found, what);
    return found() as FakeBeat;
  }

  writeConfig(config: object): void {
    writeFileSync(join(this.dir, "state", "config.json"), JSON.stringify(config));
  }

  readConfig(): string | null {
    try {
      return readFileSync(join(this.dir, "state", "config.json"), "utf8");
    } catch {
      return null; // no configuration was ever written
    }
  }

  install(version: string): void {
    const folder = join(this.dir, "versions", version);
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of Object.entries(tinyPlugin(version))) writeFileSync(join(folder, name), content);
  }

  /** Starts an agent process; `killAt` has it SIGKILL itself at a labelled step. */
  startAgent(killAt = "", env: Record<string, string> = {}): SpawnedAgent {
    const chaos = killAt === "" ? [] : ["--chaos", killAt];
    const child = spawn(process.execPath, [AGENT, "--dir", this.dir, ...chaos], {
      env: { PATH: process.env.PATH, NODE_ENV: "test", ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    const ended = new Promise<string | number>((resolve) => child.once("close", (code, signal) => resolve(signal ?? code ?? "")));
    const agent = { child, ended, output: () => output };
    this.#agents.push(agent);
    return agent;
  }

  /** Starts an agent inside the test's own process, so that the test can ask it for a beat. */
  async startHere(): Promise<RunningAgent> {
    const agent = startAgent({ ...this.config(), dir: this.dir }, { log: () => undefined });
    this.#inProcess.push(agent);
    await agent.ready;
    return agent;
  }

  /** Asks an agent to stop in good order. */
  async stopAgent(agent: SpawnedAgent): Promise<string | number> {
    agent.child.kill("SIGTERM");
    return agent.ended;
  }

  /** What the plugin's port answers now, or null. */
  async runningVersion(): Promise<string | null> {
    try {
      const answer = await fetch(`http://127.0.0.1:${this.port}/__health?nonce=1`, { headers: { connection: "close" } });
      return ((await answer.json()) as { version: string }).version;
    } catch {
      return null; // refused: nothing runs
    }
  }

  diskVersion(): string {
    return readlinkSync(join(this.dir, "current")).replace("versions/", "");
  }

  keptVersions(): string[] {
    return readdirSync(join(this.dir, "versions")).sort();
  }

  journal(): { attempt: unknown; outbox: unknown[]; good: string; kept: string[] } {
    return JSON.parse(readFileSync(join(this.dir, "state", "journal.json"), "utf8"));
  }

  /** Processes whose working directory is a version folder of this lab (Linux; elsewhere the recorded pid alone). */
  pluginPids(): number[] {
    if (process.platform !== "linux") return [JSON.parse(readFileSync(join(this.dir, "state", "plugin.pid.json"), "utf8")).pid];
    return readdirSync("/proc")
      .map(Number)
      .filter((pid) => Number.isInteger(pid) && workingFolder(pid).startsWith(join(this.dir, "versions")));
  }

  /** The versions that were started, in order. */
  starts(): string[] {
    return readFileSync(this.startsFile, "utf8").trim().split("\n");
  }

  get startsFile(): string {
    return join(this.dir, "starts.log");
  }

  /** Ends everything the lab started. */
  async close(): Promise<void> {
    await Promise.all(this.#inProcess.map((agent) => agent.stop()));
    for (const agent of this.#agents) agent.child.kill("SIGKILL");
    await Promise.all(this.#agents.map((agent) => agent.ended));
    for (const pid of this.pluginPids()) process.kill(pid, "SIGKILL");
    await this.center.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Runs a test in a lab of its own, which is cleared away whatever happens. */
export async function inLab(options: LabOptions, run: (lab: AgentLab) => Promise<void>): Promise<void> {
  const lab = await AgentLab.create(options);
  try {
    await run(lab);
  } finally {
    await lab.close();
  }
}

function workingFolder(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return ""; // ended meanwhile, or not ours
  }
}

/** A port below the range that outgoing connections are given, so that none of them takes it meanwhile. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
