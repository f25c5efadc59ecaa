import type { BeatSample } from "@/lib/telemetry/types";

/**
 * How much a counter that is cumulative per boot rose from one beat to the next.
 *
 * @param previous  the beat before, or null when none is known
 * @returns a whole rise ≥ 0; after a restart the counter began at zero, so its value is the rise; null when the newer
 *          beat (or, within one boot, the older) does not report the counter
 */
export function counterRise(previous: BeatSample | null, current: BeatSample, name: string): number | null {
  const now = current.telemetry[name];
  if (now === undefined) return null;
  if (previous === null || previous.bootId !== current.bootId) return Math.max(0, now);
  const before = previous.telemetry[name];
  return before === undefined ? null : Math.max(0, now - before);
}
