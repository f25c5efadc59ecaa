import type { AgentOptions, ModuleAgent } from "./types.d.mts";

export class ModuleRefusal extends Error {
  constructor(code: string, message: string);
  readonly code: string;
}
/** @throws Error with code ERR_AGENT_LOCKED when another living agent holds `dir` */
export function startModuleAgent(options: AgentOptions): ModuleAgent;
