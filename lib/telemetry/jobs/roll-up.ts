import { LIMITS } from "@/lib/platform/limits";
import { dropOldRollups, readDays, rollUpChunk } from "../adapters/roll-up-beats";
import { planChunks } from "../plan-chunks";

/**
 * Brings the roll-ups up to now from the stored beats and gives up what is older than each step is kept. Any number of workers may run it
 * at once; one that is killed leaves whole chunks, and the next one goes on behind the last of them.
 *
 * @returns how many chunks were rolled up
 */
export async function rollUp(now: Date): Promise<number> {
  const days = await readDays(now);
  let done = 0;
  for (const chunk of planChunks(days, now, LIMITS.rollupSettleSeconds * 1_000, LIMITS.rollupChunksPerRound)) {
    // Behind a chunk that somebody else holds, the watermark must not jump ahead.
    if (!(await rollUpChunk(chunk))) break;
    done += 1;
  }
  await dropOldRollups(now);
  return done;
}
