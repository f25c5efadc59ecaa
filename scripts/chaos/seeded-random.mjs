import { createHash } from "node:crypto";

/**
 * The same row of choices for the same seed (mulberry32).
 *
 * @typedef {{ next(): number, between(least: number, most: number): number, pick<T>(list: readonly T[]): T }} Random `next` is 0 <= x < 1
 *
 * @param {string} seed
 * @returns {Random}
 */
export function seededRandom(seed) {
  let state = createHash("sha256").update(seed).digest().readUInt32LE(0);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    between: (least, most) => least + next() * (most - least),
    pick: (list) => /** @type {any} */ (list[Math.floor(next() * list.length)]),
  };
}
