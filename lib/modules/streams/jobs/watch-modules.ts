import { scopeFor } from "@/lib/access/system-actor";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { advanceModuleStreams, type WatchedModule } from "../adapters/advance-module-streams";
import { readWatched } from "../queries-watched";

/** One turn of every module, in as many transactions as their rows need. @returns steps taken; null while another worker is at it */
async function takeTurn(modules: readonly WatchedModule[], now: Date): Promise<number | null> {
  let [taken, waiting] = [0, modules];
  while (waiting.length > 0) {
    const advanced = await advanceModuleStreams(waiting, now);
    if (advanced === null) return null;
    taken += advanced.steps;
    waiting = advanced.waiting;
  }
  return taken;
}

/**
 * Brings the streams of modules' measures up to now, a bounded number of steps and of rows at a time. Any number of workers may run it: one is
 * at it, and one that dies leaves whole transactions.
 *
 * @returns how many steps were taken
 */
export async function watchModules(now: Date): Promise<number> {
  const modules = await read(scopeFor("scan"), readWatched);
  let taken = 0;
  for (let round = 0; round < LIMITS.moduleStepRounds; round += 1) {
    const steps = await takeTurn(modules, now);
    if (!steps) break;
    taken += steps;
  }
  return taken;
}
