import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { familyOf } from "./cpu-seconds.mjs";

const EVENT = ["-x", ",", "-e", "instructions:u"];

/** @param {string} text what `perf stat -x,` printed @returns {number | null} null for "<not supported>" */
function readCount(text) {
  const [count] = /^\d+(?=,)/m.exec(text) ?? [];
  return count === undefined ? null : Number(count);
}

/** Whether this machine counts instructions; virtual machines often do not. */
export const canCount = readCount(spawnSync("perf", ["stat", ...EVENT, "true"], { encoding: "utf8" }).stderr ?? "") !== null;

/**
 * Counts user-mode instructions of some processes and their children while work goes on.
 *
 * @template T
 * @param {readonly number[]} roots
 * @param {() => Promise<T>} work
 * @returns {Promise<{ result: T, instructions: number | null }>}
 */
export async function countInstructions(roots, work) {
  if (!canCount) return { result: await work(), instructions: null };
  const pids = roots.flatMap(familyOf).join(",");
  const perf = spawn("perf", ["stat", ...EVENT, "-p", pids], { stdio: ["ignore", "ignore", "pipe"] });
  let text = "";
  perf.stderr.on("data", (part) => {
    text += part;
  });
  const result = await work();
  perf.kill("SIGINT");
  await once(perf, "close");
  return { result, instructions: readCount(text) };
}
