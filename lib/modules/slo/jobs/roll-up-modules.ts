import { scopeFor } from "@/lib/access/system-actor";
import { dropOldMinuteRollups, type MarkKind, readMarks, rollUpMinutes } from "@/lib/modules/signals/adapters/roll-up-minutes";
import { type PlannedChunk, planFresh, planSettled } from "@/lib/modules/signals/plan-minute-chunks";
import { read } from "@/lib/platform/scope";
import { readMeasured, slowLines } from "../queries-sums";

type Reached = Date | null;

/**
 * Brings the roll-ups of modules' minutes up to now and gives up what is older than each step is kept. Any number of workers may run it at
 * once; one that is killed leaves whole chunks, and the next goes on behind the last of them.
 *
 * @returns how many chunks were rolled up
 */
export async function rollUpModules(now: Date): Promise<number> {
  const lines = slowLines(await read(scopeFor("scan"), readMeasured));
  const rollUp = async (kind: MarkKind, chunks: readonly PlannedChunk[], begin: Reached): Promise<{ done: number; reached: Reached }> => {
    let [done, reached] = [0, begin];
    for (const chunk of chunks) {
      if (!(await rollUpMinutes(kind, chunk, reached, lines))) break;
      reached = reached && reached > chunk.to ? reached : chunk.to;
      done += 1;
    }
    return { done, reached };
  };
  const { fresh, settled, oldest } = await readMarks();
  const first = await rollUp("fresh", planFresh(fresh, oldest, now), fresh);
  const second = await rollUp("settled", planSettled(settled, first.reached, oldest, now), settled);
  await dropOldMinuteRollups(now);
  return first.done + second.done;
}
