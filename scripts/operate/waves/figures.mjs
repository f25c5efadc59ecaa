/** Figures by rank: the smallest value that at least this share does not exceed. @param {readonly number[]} values @param {number} share */
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** What a broken release may cost; one that nobody recalled may have hit no more than any other. */
export const BOUNDS = { hit_median: 2, hit_p95: 5, held_hit_max: 5, left_on_bad: 0, left_on_held: 0 };

/**
 * @param {{ hit_median: number, hit_p95: number, held_hit_max: number, left_on_bad: number, left_on_held: number,
 *   recall_ms: number | null, releases: number, recalled: number, held: number, went_through: number, good_shops: number, good_reached: number }} found
 * @returns {string[]} what is broken
 */
export function brokenBounds(found) {
  const broken = Object.entries(BOUNDS).filter(([name, bound]) => found[/** @type {keyof typeof BOUNDS} */ (name)] > bound);
  return [
    ...broken.map(([name, bound]) => `${name} is above ${bound}`),
    ...(found.recall_ms === null ? ["the recall did not end"] : []),
    // One that breaks two shops of 25 may come to its end, each of them gone back by itself: that nobody is left on it is bounded above.
    ...(found.recalled + found.held + found.went_through === found.releases ? [] : ["a broken release has no end"]),
    ...(found.good_reached === found.good_shops ? [] : ["a good release did not reach every shop"]),
  ];
}
