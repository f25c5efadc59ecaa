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

  /** Takes back what `take` took: the action turned out to be one that does not count. */
  giveBack(key: string): void {
    const bucket = this.buckets.get(key);
    if (bucket) this.buckets.set(key, { ...bucket, tokens: Math.min(this.rate.burst, bucket.tokens + 1) });
  }

  /** @returns seconds until an action may go on, or 0 when it may now; takes nothing */
  wait(key: string, nowMs: number, cost = 1): number {
    return takeToken(this.buckets.get(key), this.rate, nowMs, cost).retryAfterSeconds;
  }

  /** Whether nothing of a caller's allowance is missing. */
  isFull(key: string, nowMs: number): boolean {
    return this.wait(key, nowMs, this.rate.burst) === 0;
  }

  get size(): number {
    return this.buckets.size;
  }
}
