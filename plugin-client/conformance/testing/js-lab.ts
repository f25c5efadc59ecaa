import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AgentLab } from "../../js/testing/agent-lab";
import { type Behaviour, tinyArtifact, tinyPlugin } from "../../js/testing/tiny-plugin";
import type { RunningAgent } from "../../js/types.d.mts";
import type { Lab, LabOptions, Trait } from "./lab";
import { leftoversIn } from "./leftovers";

const AGENT = fileURLToPath(new URL("../../js/agent.mjs", import.meta.url));

const BEHAVIOURS: Record<Trait, Behaviour> = {
  good: "good",
  "crashes at boot": "crashes at boot",
  "never answers": "never answers",
  "answers as another version": "answers as another version",
  "crashes later": "crashes after its first answer",
  "runs out of memory once": "is killed once for want of memory",
};

/** The JS agent beside a plugin process. */
export async function createJsLab({ through, workers: _workers, settings: _settings, ...center }: LabOptions = {}): Promise<Lab> {
  const lab = await AgentLab.create({ ...center, agent: { start_timeout_ms: 2_000 } });
  const spawned: ChildProcess[] = [];
  let running: RunningAgent | null = null;

  const startThrough = (command: string) => {
    const env = { PATH: process.env.PATH, NODE_ENV: "test" as const, SITE: lab.dir, HOME_OF_VERSIONS: join(lab.dir, "versions") };
    const child = spawn("sh", ["-c", command, "sh", process.execPath, AGENT, "--dir", lab.dir], { env, stdio: "ignore", detached: true });
    spawned.push(child);
    return { ended: new Promise<string | number>((resolve) => child.once("close", (code, signal) => resolve(signal ?? code ?? ""))) };
  };
  const startHere = () => {
    void lab.startHere().then((agent) => {
      running = agent;
    });
    return { ended: new Promise<never>(() => undefined) };
  };

  return {
    dir: lab.dir,
    center: lab.center,
    start: (killAt = "") => (through ? startThrough(through) : killAt === "" ? startHere() : lab.startAgent(killAt)),
    async startAndKill(moment) {
      const { child, ended } = lab.startAgent();
      await moment();
      child.kill("SIGKILL");
      await ended;
    },
    nudge: () => running?.urgent(),
    sendUpdate: ({ trait = "good", ...rest } = {}) => lab.sendUpdate({ behaviour: BEHAVIOURS[trait], ...rest }),
    onApplied: (id, react) => lab.onApplied(id, react),
    outcomeOf: (id) => lab.outcomeOf(id),
    artifact: (version, trait = "good") => tinyArtifact(version, BEHAVIOURS[trait]),
    misbehave: () => undefined,
    recover: () => undefined,
    runningVersion: () => lab.runningVersion(),
    diskVersion: () => lab.diskVersion(),
    filesInPlace: () => readFiles(join(lab.dir, "versions", lab.diskVersion())),
    leftovers: () => leftoversIn(lab.dir),
    filesOf: (version, trait = "good") => tinyPlugin(version, BEHAVIOURS[trait]),
    writeConfig: (config) => lab.writeConfig(config),
    readConfig: () => lab.readConfig(),
    journal: () => lab.journal(),
    async close() {
      for (const { pid } of spawned) if (pid) endGroup(pid);
      await lab.close();
    },
  };
}

function readFiles(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
