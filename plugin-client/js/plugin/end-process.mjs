import { AGENT_LIMITS } from "../limits.mjs";
import { identifyProcess } from "./identify-process.mjs";

const POLL_MS = 20;

/**
 * Ends a process group for certain: SIGTERM, a grace, SIGKILL. Does nothing when the pid is gone or belongs to another process.
 * @param {number} pid leader of its group
 * @param {string} identity as identifyProcess gave it when the process was ours
 * @param {number} graceMs between SIGTERM and SIGKILL
 * @throws Error when it does not die, since starting a second plugin beside it would be worse
 */
export async function endProcess(pid, identity, graceMs) {
  const isAlive = () => identifyProcess(pid) === identity;
  if (!isAlive()) return;
  signalGroup(pid, "SIGTERM");
  if (await becomesFalse(isAlive, graceMs)) {
    signalGroup(pid, "SIGKILL"); // what the leader left behind in its group
    return;
  }
  signalGroup(pid, "SIGKILL");
  if (!(await becomesFalse(isAlive, AGENT_LIMITS.killWaitMs))) throw new Error(`process ${pid} does not die`);
}

/** Kills what is left of a process group whose leader ended. @param {number} pid the leader's */
export function endGroup(pid) {
  signalGroup(pid, "SIGKILL");
}

/** @type {(pid: number, signal: NodeJS.Signals) => void} */
function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ESRCH") throw error; // already gone is what we want
  }
}

/** @type {(holds: () => boolean, withinMs: number) => Promise<boolean>} */
async function becomesFalse(holds, withinMs) {
  const until = performance.now() + withinMs;
  while (holds()) {
    if (performance.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}
