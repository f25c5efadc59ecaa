import { runLoad } from "../load/run-load.mjs";
import { countInstructions } from "./count-instructions.mjs";
import { cpuSeconds } from "./cpu-seconds.mjs";

/**
 * @typedef {{
 *   name: string, cpuByProcess: number[], beatsPerSecond: number, p50Ms: number, p99Ms: number, cpuPerThousand: number, kinstrPerBeat: number | null,
 *   statuses: Record<string, number>,
 * }} CaseResult `cpuPerThousand` in seconds, server and PostgreSQL together; `cpuByProcess` the same, each root by itself
 */

/**
 * Runs one load and reads what its servers used for it.
 *
 * @param {string} name
 * @param {readonly number[]} roots process ids of the servers and of PostgreSQL
 * @param {Parameters<typeof runLoad>[0]} order
 * @returns {Promise<CaseResult>}
 */
export async function runCase(name, roots, order) {
  const before = roots.map((root) => cpuSeconds([root]));
  const { result, instructions } = await countInstructions(roots, () => runLoad(order));
  const { beatsPerSecond, p50Ms, p99Ms, statuses, beats } = result;
  const cpuByProcess = roots.map((root, index) => ((cpuSeconds([root]) - (before[index] ?? Number.NaN)) / beats) * 1_000);
  const cpuPerThousand = cpuByProcess.reduce((sum, each) => sum + each, 0);
  const kinstrPerBeat = instructions === null ? null : instructions / beats / 1_000;
  return { name, beatsPerSecond, p50Ms, p99Ms, cpuPerThousand, cpuByProcess, kinstrPerBeat, statuses };
}
