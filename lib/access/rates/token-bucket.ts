/** How often something may happen: `burst` at once, and `perMinute` in the long run. */
export interface Rate {
  readonly burst: number;
  readonly perMinute: number;
}

/** What is left of an allowance, and when that was reckoned. */
export interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

export interface Taken {
  readonly isAllowed: boolean;
  readonly bucket: Bucket;
  /** Seconds until the cost can be paid; 0 when it was. */
  readonly retryAfterSeconds: number;
}

/**
 * Takes from an allowance that refills steadily up to its burst.
 *
 * @param bucket  undefined for a caller not seen before: a full one
 * @param nowMs   milliseconds of any steady clock; one that was set back refills nothing and takes nothing away
 * @param cost    how much this action weighs, above 0 and at most `burst`
 * @throws RangeError when the cost could never be paid
 */
export function takeToken(bucket: Bucket | undefined, rate: Rate, nowMs: number, cost = 1): Taken {
  if (!(cost > 0) || cost > rate.burst) throw new RangeError("a cost lies above 0 and at most at the burst");
  const perMs = rate.perMinute / 60_000;
  const elapsedMs = bucket ? Math.max(0, nowMs - bucket.atMs) : 0;
  const tokens = bucket ? Math.min(rate.burst, bucket.tokens + elapsedMs * perMs) : rate.burst;
  // Sums of fractions may miss a whole token by a hair.
  if (tokens + 1e-9 >= cost) return { isAllowed: true, bucket: { tokens: Math.max(0, tokens - cost), atMs: nowMs }, retryAfterSeconds: 0 };
  const waitSeconds = (cost - tokens) / (rate.perMinute / 60);
  return { isAllowed: false, bucket: { tokens, atMs: nowMs }, retryAfterSeconds: Math.max(1, Math.ceil(waitSeconds)) };
}
