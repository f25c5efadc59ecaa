import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../js/testing/agent-lab";
import { type FakeCenter, startFakeCenter } from "../../js/testing/fake-center.mjs";
import { findFpmTools, fpmCommand, fpmHome, fpmPidFile } from "./fpm-host";
import { type PhpBehaviour, tinyPhpArtifact, tinyPhpPlugin } from "./tiny-php-plugin";

const AGENT = fileURLToPath(new URL("../reliability-agent.php", import.meta.url));
const HOST = fileURLToPath(new URL("./host.php", import.meta.url));
const PATIENCE_MS = 30_000;
const BREATH_MS = 15;

export interface PhpLabOptions extends NonNullable<Parameters<typeof startFakeCenter>[0]> {
  /** Further PHP processes besides the first; none makes a host that cannot ask itself. */
  readonly workers?: number;
  /** On nginx and php-fpm instead of PHP's own web server. */
  readonly isFpm?: boolean;
  /** Settings for php's -d. */
  readonly settings?: readonly string[];
  /** A shell command that the host is started through, as "$@". */
  readonly through?: string;
}

export interface PhpUpdate {
  readonly behaviour?: PhpBehaviour;
  readonly commits?: boolean;
  readonly [field: string]: unknown;
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The whole group has ended already.
  }
}

/** A shop for one test: a PHP host with the agent and the tiny plugin 1.0.0, a fake Center, and a visitor who never tires. */
export class PhpLab {
  readonly dir = mkdtempSync(join(tmpdir(), "php-agent-"));
  #host: ChildProcess | null = null;
  #output = "";
  #isOpen = true;
  #beatsWanted = 0;
  #visiting: Promise<void> = Promise.resolve();

  private constructor(
    readonly port: number,
    readonly center: FakeCenter,
    readonly options: PhpLabOptions,
  ) {}

  static async create(options: PhpLabOptions = {}): Promise<PhpLab> {
    const lab = new PhpLab(await freePort(), await startFakeCenter(options), options);
    lab.#layOut();
    return lab;
  }

  #layOut(): void {
    const { center_url, plugin_id, secret, trust } = { ...this.center, center_url: this.center.url, plugin_id: this.center.pluginId };
    mkdirSync(this.place, { recursive: true });
    for (const [name, content] of Object.entries(tinyPhpPlugin("1.0.0"))) writeFileSync(join(this.place, name), content);
    mkdirSync(join(this.dir, "agent"));
    const config = { center_url, plugin_id, secret, trust, plugin: { folder: "tiny" } };
    writeFileSync(join(this.dir, "agent", "agent.json"), JSON.stringify(config));
  }

  get place(): string {
    return join(this.dir, "web", "wp-content", "plugins", "tiny");
  }

  /** Starts the host and its visitor; `killAt` has whichever process reaches that step end itself with SIGKILL, which brings the host down. */
  start(killAt = "", activePlugins: readonly string[] = ["tiny/tiny.php"]): { ended: Promise<string | number> } {
    writeFileSync(join(this.dir, "host.json"), JSON.stringify({ chaos: killAt, active_plugins: activePlugins }));
    const settings = ["display_errors=0", "memory_limit=128M", "log_errors=1", "error_log=", ...(this.options.settings ?? [])].flatMap(
      (one) => ["-d", one],
    );
    const workers = this.options.workers ?? 3;
    const php = this.#command(settings, workers);
    const [command = "php", ...args] = this.options.through ? ["sh", "-c", this.options.through, "sh", ...php] : php;
    const host = spawn(command, args, {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: "test",
        SITE: this.dir,
        AGENT,
        ...(workers > 0 ? { PHP_CLI_SERVER_WORKERS: String(workers) } : {}),
      },
      stdio: ["ignore", "ignore", "pipe"],
      detached: true,
    });
    host.stderr?.on("data", (chunk) => {
      this.#output = (this.#output + chunk).slice(-20_000);
    });
    this.#host = host;
    const ended = this.#watch(host);
    return { ended };
  }

  #command(settings: readonly string[], workers: number): readonly string[] {
    const { port, dir } = this;
    const tools = this.options.isFpm ? findFpmTools() : null;
    if (tools) return fpmCommand({ tools, dir, port, script: HOST, children: workers + 1, settings });
    return ["php", ...settings, "-S", `127.0.0.1:${port}`, HOST];
  }

  /** Starts the host and ends all its processes by SIGKILL, wherever they are, at a moment counted from its first answer. */
  async startAndKill(moment: () => Promise<void>): Promise<void> {
    this.start();
    const host = this.#host;
    const hasExited = new Promise<void>((resolve) => host?.once("close", () => resolve()));
    while ((await this.visit("/")).status === 0) await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
    await moment();
    this.#endHost();
    await hasExited;
    await this.#visiting;
  }

  /** Visits without end, and brings the whole host down when one of its processes died. */
  #watch(host: ChildProcess): Promise<string | number> {
    const hasExited = new Promise<void>((resolve) => host.once("close", () => resolve()));
    const isUp = () => this.#isOpen && this.#host === host;
    return new Promise((resolve) => {
      this.#visiting = (async () => {
        while (isUp()) {
          if (this.center.beats.length < this.#beatsWanted) rmSync(join(this.dir, "agent", "state", "next-beat"), { force: true });
          await this.visit("/?reliability_agent=wake");
          if (existsSync(join(this.dir, "agent", "died"))) {
            this.#endHost();
            await hasExited;
            rmSync(join(this.dir, "agent", "died"));
            resolve("SIGKILL");
          } else await new Promise((done) => setTimeout(done, BREATH_MS));
        }
      })();
    });
  }

  /** What a page answers: its status and text; status 0 when nobody answers. */
  visit(path: string): Promise<{ status: number; text: string }> {
    return new Promise((resolve) => {
      const nobody = () => resolve({ status: 0, text: "" });
      const question = get({ host: "127.0.0.1", port: this.port, path, agent: false, timeout: PATIENCE_MS }, (answer) => {
        let text = "";
        answer.on("data", (chunk) => {
          text += chunk;
        });
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
        answer.on("error", nobody);
      });
      question.on("error", nobody);
      question.on("timeout", () => question.destroy());
    });
  }

  #endHost(): void {
    const host = this.#host;
    this.#host = null;
    if (host?.pid) endGroup(host.pid);
    const pidFile = fpmPidFile(fpmHome(this.dir));
    if (!existsSync(pidFile)) return;
    endGroup(Number(readFileSync(pidFile, "utf8")));
    rmSync(pidFile);
  }

  /** Has the agent beat at its next chance; a turn that is just ending would plan its own beat over a single wish. */
  nudge(): void {
    this.#beatsWanted = this.center.beats.length + 1;
  }

  /** From now on the version that was told to misbehaves. */
  misbehave(isOn = true): void {
    if (isOn) writeFileSync(join(this.dir, "misbehave"), "");
    else rmSync(join(this.dir, "misbehave"), { force: true });
  }

  /** Sends an update 1.0.0 -> 1.1.0; with `commits`, also the commit as soon as the update was applied. */
  sendUpdate({ behaviour = "good", commits = false, ...changes }: PhpUpdate = {}): string {
    const artifact = changes.artifact ?? this.center.offer(tinyPhpArtifact("1.1.0", behaviour));
    const id = this.center.send({ type: "update", from_version: "1.0.0", to_version: "1.1.0", ...changes, artifact });
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
    try {
      await this.center.until(() => last() === "committed" || last().startsWith("fail:"), `outcome of ${id}`);
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : error}; the host said: ${this.#output.slice(-3_000)}`);
    }
    return last();
  }

  /** The version that the shop's page was made by, "half" when its two files are of different ones, null while there is no page. */
  async runningVersion(): Promise<string | null> {
    let { status, text } = await this.visit("/");
    while (status === 0 && this.#host) ({ status, text } = await this.visit("/")); // it is just starting
    const [, main, part] = /^shop (\S+) (\S+)$/.exec(text) ?? [];
    return main === undefined ? null : main === part ? main : "half";
  }

  diskVersion(): string | null {
    try {
      return JSON.parse(readFileSync(join(this.place, "plugin.json"), "utf8")).version;
    } catch {
      return null; // between two renames there is none
    }
  }

  /** The files in place, by name. */
  filesInPlace(): Record<string, string> {
    return Object.fromEntries(
      readdirSync(this.place)
        .sort()
        .map((name) => [name, readFileSync(join(this.place, name), "utf8")]),
    );
  }

  journal(): { attempt: { phase: string } | null; outbox: unknown[]; good: string; kept: string[] } {
    return JSON.parse(readFileSync(join(this.dir, "agent", "state", "journal.json"), "utf8"));
  }

  starts(): string[] {
    return readFileSync(join(this.dir, "starts.log"), "utf8").trim().split("\n");
  }

  writeConfig(config: object): void {
    mkdirSync(join(this.dir, "agent", "state"), { recursive: true });
    writeFileSync(join(this.dir, "agent", "state", "config.json"), JSON.stringify(config));
  }

  readConfig(): string | null {
    const path = join(this.dir, "agent", "state", "config.json");
    return existsSync(path) ? readFileSync(path, "utf8") : null;
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    this.#endHost();
    await this.#visiting;
    await this.center.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
