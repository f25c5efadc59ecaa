/**
 * The n-th number in [0, 1) of a 32-bit seed: the same seed gives the same draws on every machine, and two purposes that
 * take different n do not disturb each other.
 *
 * Source: mulberry32 (T. Ettinger, public domain).
 */
export function seeded(seed: number, n: number): number {
  let state = (seed + Math.imul(0x6d2b79f5, n + 1)) | 0;
  state = Math.imul(state ^ (state >>> 15), state | 1);
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
  return ((state ^ (state >>> 14)) >>> 0) / 4_294_967_296;
}

/** What each draw of a decision's seed is for. */
export const DRAW = { action: 0, holdout: 1 } as const;
