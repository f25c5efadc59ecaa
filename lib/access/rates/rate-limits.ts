import { type Bucket, type Rate, takeToken } from "@/lib/access/rates/token-bucket";
import { LIMITS } from "@/lib/platform/limits";

/**
 * Allowances of many callers, in bounded memory: above `maxKeys` the one that has been quiet longest is forgotten, whose
 * allowance is the likeliest to be full again anyway. They are this process's own.
 */
export class RateLimits {
  private readonly buckets = new Map<string, Bucket>();
  private readonly rate: Rate;
  private readonly maxKeys: number;

  constructor(rate: Rate, maxKeys: number = LIMITS.rateLimitKeys) {
    this.rate = rate;
    this.maxKeys = maxKeys;
  }

  /** @returns seconds to wait before another try, or 0 when the action may go on now */
  take(key: string, nowMs: number, cost = 1): number {
    const { bucket, retryAfterSeconds } = takeToken(this.buckets.get(key), this.rate, nowMs, cost);
    // A Map keeps insertion order: set anew, a caller moves to the young end.
    this.buckets.delete(key);
    this.buckets.set(key, bucket);
    if (this.buckets.size > this.maxKeys) {
      const [oldest] = this.buckets.keys();
      if (oldest !== undefined) this.buckets.delete(oldest);
    }
    return retryAfterSeconds;
  }

  get size(): number {
    return this.buckets.size;
  }
}
