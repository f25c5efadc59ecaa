import { startOfStep } from "./steps";

/** A stretch of one UTC day to roll up, within one hour, and how far the day is settled then (never backwards from where it stands). */
export interface PlannedChunk {
  readonly day: string;
  readonly from: Date;
  readonly to: Date;
  readonly settledUntil: Date;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * What is left to roll up, oldest first: whole hours of the past, and of the present everything since the watermark, the open step included.
 *
 * The watermark stops where a beat may still be on its way from its arrival to its commit; what lies above it is done again next time.
 *
 * @param rolledUntil  how far each day is rolled up: the start of a 5-minute step, or the day's end when it is finished
 * @param settleMs     the longest that a beat can take from its arrival to its commit
 * @param most         at most this many chunks
 */
export function planChunks(
  days: readonly { readonly day: string; readonly rolledUntil: Date }[],
  now: Date,
  settleMs: number,
  most: number,
): readonly PlannedChunk[] {
  const settled = startOfStep(new Date(now.getTime() - settleMs), 300).getTime();
  const chunks: PlannedChunk[] = [];
  for (const { day, rolledUntil } of days) {
    const end = Math.min(Date.parse(`${day}T00:00:00Z`) + DAY_MS, now.getTime() + 1);
    let from = rolledUntil.getTime();
    while (from < end && chunks.length < most) {
      const to = Math.min(end, Math.floor(from / HOUR_MS) * HOUR_MS + HOUR_MS);
      chunks.push({ day, from: new Date(from), to: new Date(to), settledUntil: new Date(Math.min(to, settled)) });
      from = to;
    }
  }
  return chunks;
}
