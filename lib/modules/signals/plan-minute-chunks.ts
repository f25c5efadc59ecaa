import { LIMITS } from "@/lib/platform/limits";

const HOUR_MS = 3_600_000;
const FINEST_MS = 300_000;

const floor = (ms: number, step: number) => Math.floor(ms / step) * step;

export interface PlannedChunk {
  readonly from: Date;
  readonly to: Date;
}

/** Pieces of a span, none across an hour, the oldest first. */
function pieces(fromMs: number, toMs: number, most: number): PlannedChunk[] {
  const chunks: PlannedChunk[] = [];
  for (let at = fromMs; at < toMs && chunks.length < most; ) {
    const next = Math.min(toMs, floor(at, HOUR_MS) + HOUR_MS);
    chunks.push({ from: new Date(at), to: new Date(next) });
    at = next;
  }
  return chunks;
}

/**
 * What is rolled up as minutes come: closed steps behind the mark, and once more those that lie a little before it, for what came late.
 *
 * @param reached  how far it has come; null before the first time
 * @param oldest   the oldest minute there is; null where there is none
 * @returns chunks, the oldest first; the last of them ends where the mark goes
 */
export function planFresh(reached: Date | null, oldest: Date | null, now: Date): PlannedChunk[] {
  const end = floor(now.getTime() - LIMITS.sloSettleSeconds * 1_000, FINEST_MS);
  if (reached) {
    if (reached.getTime() >= end) return [];
    const late = floor(reached.getTime() - LIMITS.sloLateSeconds * 1_000, FINEST_MS);
    return pieces(late, end, LIMITS.sloChunksPerRound);
  }
  if (!oldest) return [];
  const since = Math.max(oldest.getTime(), now.getTime() - LIMITS.sloFirstDays * 24 * HOUR_MS);
  return pieces(floor(since, FINEST_MS), end, LIMITS.sloChunksPerRound);
}

/**
 * Hours of which nobody may tell any longer (signals are taken for a day), rolled up a last time.
 * @param fresh  how far the fresh minutes have come: nothing is settled before it was fresh
 */
export function planSettled(reached: Date | null, fresh: Date | null, oldest: Date | null, now: Date): PlannedChunk[] {
  if (!oldest || !fresh) return [];
  const told = now.getTime() - (LIMITS.signalOldestSeconds + LIMITS.sloLateSeconds) * 1_000;
  const end = floor(Math.min(told, fresh.getTime()), HOUR_MS);
  // What was too old to be told of when it was first rolled up is settled by that.
  const begin = reached?.getTime() ?? Math.max(oldest.getTime(), told - HOUR_MS);
  return pieces(floor(begin, HOUR_MS), end, LIMITS.sloChunksPerRound);
}
