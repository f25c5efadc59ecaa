import { spawnSync } from "node:child_process";
import { createJsLab } from "./js-lab";
import type { AgentKind, Lab, LabOptions } from "./lab";
import { createPhpLab } from "./php-lab";

/** Without PHP its agent cannot be tried, and the set-up has said so aloud; under CI the set-up has failed then. */
const hasPhp = spawnSync("php", ["-v"], { stdio: "ignore" }).status === 0;

/** The agents that every case of this folder is put to. */
export const AGENTS: readonly AgentKind[] = [
  { name: "js", create: createJsLab },
  ...(hasPhp ? [{ name: "php" as const, create: createPhpLab }] : []),
];

/** Runs a case in a lab of its own, which is cleared away whatever happens. */
export async function inLab(agent: AgentKind, options: LabOptions, run: (lab: Lab) => Promise<void>): Promise<void> {
  const lab = await agent.create(options);
  try {
    await run(lab);
  } finally {
    await lab.close();
  }
}
