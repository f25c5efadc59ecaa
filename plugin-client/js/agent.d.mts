import type { AgentConfig, Log, RunningAgent } from "./types.d.mts";

/** Starts an agent on one directory; throws when it cannot (wrong configuration, another agent there, no plugin installed). */
export function startAgent(
  config: AgentConfig,
  options?: { log?: Log; now?: () => number; killAt?: string },
): RunningAgent & { ready: Promise<void> };
