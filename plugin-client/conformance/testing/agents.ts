import { spawnSync } from "node:child_process";
import { describe } from "vitest";
import { findFpmTools } from "../../php/testing/fpm-host";
import { createJsLab } from "./js-lab";
import type { AgentKind, Lab, LabOptions } from "./lab";
import { createPhpLab } from "./php-lab";

/** Without PHP its agent cannot be tried: its cases count as skipped, and the set-up has said so aloud (under CI it has failed). */
export const hasPhp = spawnSync("php", ["-v"], { stdio: "ignore" }).status === 0;

/** The web servers that PHP's agent is tried on; on another machine than its own, nginx and php-fpm may be missing. */
export const PHP_HOSTS = [
  { host: "PHP's own web server", isFpm: false, isHere: hasPhp },
  { host: "nginx and php-fpm", isFpm: true, isHere: hasPhp && findFpmTools() !== null },
] as const;

/** The agents that every case of this folder is put to. */
const AGENTS: readonly AgentKind[] = [
  { name: "js", isHere: true, create: createJsLab },
  { name: "php", isHere: hasPhp, create: createPhpLab },
];

/** Puts the cases to each agent, or to those named; `$name` in the title is the agent's. */
export function describeAgents(title: string, cases: (agent: AgentKind) => void, names: readonly string[] = ["js", "php"]): void {
  for (const agent of AGENTS.filter(({ name }) => names.includes(name)))
    describe.runIf(agent.isHere)(title.replace("$name", agent.name), () => cases(agent));
}

/** Runs a case in a lab of its own, which is cleared away whatever happens. */
export async function inLab(agent: AgentKind, options: LabOptions, run: (lab: Lab) => Promise<void>): Promise<void> {
  const lab = await agent.create(options);
  try {
    await run(lab);
  } finally {
    await lab.close();
  }
}
