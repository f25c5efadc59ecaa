/** A confidence that was given, and whether it came true. */
export interface Given {
  readonly confidence: number;
  readonly isMended: boolean;
}

/** Decisions whose confidence lay in the same tenth, and how many of them came true. */
export interface Bucket {
  readonly low: number;
  readonly high: number;
  readonly n: number;
  readonly meanConfidence: number;
  readonly hits: number;
  /** Share that came true with its 95 % interval (Wilson); null without any. */
  readonly hitRate: { readonly value: number; readonly low: number; readonly high: number } | null;
}

const BUCKETS = 10;
const Z = 1.96;

/** The bucket of a confidence, 0..9. */
export function bucketOf(confidence: number): number {
  return Math.min(BUCKETS - 1, Math.max(0, Math.floor(confidence * BUCKETS)));
}

/** Share of hits with its Wilson interval. Source: E. B. Wilson (1927), JASA 22:209-212. */
export function shareOf(hits: number, n: number): { value: number; low: number; high: number } | null {
  if (n === 0) return null;
  const share = hits / n;
  const scale = 1 + Z ** 2 / n;
  const centre = (share + Z ** 2 / (2 * n)) / scale;
  const margin = (Z * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n ** 2))) / scale;
  return { value: share, low: Math.max(0, centre - margin), high: Math.min(1, centre + margin) };
}

/** Confidences by tenths, with what came of them: the calibration plot. */
export function reliabilityOf(given: readonly Given[]): Bucket[] {
  return Array.from({ length: BUCKETS }, (_, index) => {
    const own = given.filter(({ confidence }) => bucketOf(confidence) === index);
    const hits = own.filter(({ isMended }) => isMended).length;
    const sum = own.reduce((total, { confidence }) => total + confidence, 0);
    return {
      low: index / BUCKETS,
      high: (index + 1) / BUCKETS,
      n: own.length,
      meanConfidence: own.length > 0 ? sum / own.length : 0,
      hits,
      hitRate: shareOf(hits, own.length),
    };
  });
}

/** Expected calibration error over tenths: how far, on average, a confidence lies from the share that came true. Null without any. */
export function calibrationError(given: readonly Given[]): number | null {
  if (given.length === 0) return null;
  return reliabilityOf(given).reduce((sum, { n, meanConfidence, hits }) => sum + Math.abs(n * meanConfidence - hits), 0) / given.length;
}
