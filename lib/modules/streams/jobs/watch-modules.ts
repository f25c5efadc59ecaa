import { scopeFor } from "@/lib/access/system-actor";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { advanceModuleStreams } from "../adapters/advance-module-streams";
import { readWatched } from "../queries-watched";

/**
 * Brings the streams of modules' measures up to now, a bounded number of steps at a time. Any number of workers may run it: one is at it, and
 * one that dies leaves whole rounds.
 *
 * @returns how many steps were taken
 */
export async function watchModules(now: Date): Promise<number> {
  const modules = await read(scopeFor("scan"), readWatched);
  let taken = 0;
  for (let round = 0; round < LIMITS.moduleStepRounds; round += 1) {
    const steps = await advanceModuleStreams(modules, now);
    if (!steps) break;
    taken += steps;
  }
  return taken;
}
