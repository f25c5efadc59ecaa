/** Width of a latency bucket: bucket i holds [1.2^i, 1.2^(i+1)) ms, so that a percentile read from it is off by a tenth at most. */
const BASE = 1.2;
const LOG_BASE = Math.log(BASE);
/** Half a year; whatever took longer is in the last bucket. */
const LAST = 128;

/** The bucket of a duration; what took less than a millisecond is in the first. */
export function bucketOf(ms: number): number {
  if (!(ms > 1)) return 0;
  // The logarithm may lie a hair beside a power of the base.
  const guess = Math.floor(Math.log(ms) / LOG_BASE);
  const bucket = ms >= BASE ** (guess + 1) ? guess + 1 : ms < BASE ** guess ? guess - 1 : guess;
  return Math.min(LAST, bucket);
}

/** Middle of a bucket by ratio, in ms. */
export function middleOf(bucket: number): number {
  return BASE ** (bucket + 0.5);
}

/**
 * A percentile of a histogram.
 *
 * @param share  0..1
 * @returns ms, or null for an empty histogram
 */
export function percentileOf(latency: Readonly<Record<string, number>>, share: number): number | null {
  const buckets = Object.entries(latency)
    .map(([bucket, count]) => [Number(bucket), count] as const)
    .sort(([one], [other]) => one - other);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  if (total <= 0) return null;
  let seen = 0;
  for (const [bucket, count] of buckets) {
    seen += count;
    if (seen >= share * total) return middleOf(bucket);
  }
  return middleOf(buckets.at(-1)?.[0] ?? 0);
}

/**
 * A percentile of a histogram, with the place within its bucket by rank: it moves evenly instead of by whole buckets.
 *
 * @param share  0..1
 * @returns ms, or null for an empty histogram
 */
export function evenPercentileOf(latency: Readonly<Record<string, number>>, share: number): number | null {
  const buckets = Object.entries(latency)
    .map(([bucket, count]) => [Number(bucket), count] as const)
    .sort(([one], [other]) => one - other);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  if (total <= 0) return null;
  let seen = 0;
  for (const [bucket, count] of buckets) {
    if (count > 0 && seen + count >= share * total) return BASE ** (bucket + (share * total - seen) / count);
    seen += count;
  }
  return BASE ** ((buckets.at(-1)?.[0] ?? 0) + 1);
}

/**
 * Counts of another histogram, put into these buckets: each at the middle, by ratio, of where it was.
 *
 * @param bounds  upper bounds in ms, rising; counts has one more, for what lies above the last
 */
export function fromBounds(bounds: readonly number[], counts: readonly number[]): Record<string, number> {
  const latency: Record<string, number> = {};
  for (const [index, count] of counts.entries()) {
    if (!(count > 0)) continue;
    const lower = index === 0 ? 0 : (bounds[index - 1] ?? 0);
    const upper = bounds[index] ?? lower;
    const bucket = String(bucketOf(lower > 0 ? Math.sqrt(lower * upper) : upper / 2));
    latency[bucket] = (latency[bucket] ?? 0) + count;
  }
  return latency;
}
