import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RateLimits } from "./rate-limits";
import { type Bucket, takeToken } from "./token-bucket";

const BEATS = { burst: 20, perMinute: 60 };

describe("takeToken", () => {
  test("allows the burst at once, then one a second", () => {
    let bucket: Bucket | undefined;
    const outcomes = Array.from({ length: 21 }, () => {
      const taken = takeToken(bucket, BEATS, 0);
      bucket = taken.bucket;
      return taken.isAllowed;
    });
    expect(outcomes.filter(Boolean)).toHaveLength(20);
    expect(takeToken(bucket, BEATS, 0)).toMatchObject({ isAllowed: false, retryAfterSeconds: 1 });
    expect(takeToken(bucket, BEATS, 999).isAllowed).toBe(false);
    expect(takeToken(bucket, BEATS, 1_000).isAllowed).toBe(true);
  });

  test("says how long to wait for a costly action", () => {
    expect(takeToken({ tokens: 5, atMs: 0 }, BEATS, 0, 20)).toMatchObject({ isAllowed: false, retryAfterSeconds: 15 });
    expect(takeToken({ tokens: 5, atMs: 0 }, BEATS, 15_000, 20).isAllowed).toBe(true);
  });

  test("a clock that was set back neither gives nor takes, and does not lock anyone out", () => {
    const { bucket, isAllowed } = takeToken({ tokens: 0, atMs: 1_000_000 }, BEATS, 0);
    expect(isAllowed).toBe(false);
    expect(takeToken(bucket, BEATS, 1_000).isAllowed).toBe(true);
  });

  test.each([0, -1, 21, Number.NaN])("a cost of %d is the caller's bug", (cost) => {
    expect(() => takeToken(undefined, BEATS, 0, cost)).toThrow(RangeError);
  });

  test("never lets through more than burst and refill together, and never starves whoever waits as told", () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 600 }), (waits, burst, perMinute) => {
        const rate = { burst, perMinute };
        let [nowMs, allowed] = [0, 0];
        let bucket: Bucket | undefined;
        for (const wait of waits) {
          nowMs += wait;
          const taken = takeToken(bucket, rate, nowMs);
          bucket = taken.bucket;
          if (taken.isAllowed) allowed += 1;
          else expect(takeToken(bucket, rate, nowMs + taken.retryAfterSeconds * 1_000).isAllowed).toBe(true);
        }
        expect(allowed).toBeLessThanOrEqual(burst + (nowMs * perMinute) / 60_000 + 1e-6);
      }),
    );
  });
});

describe("RateLimits", () => {
  test("keeps callers apart", () => {
    const limits = new RateLimits({ burst: 1, perMinute: 60 });
    expect(limits.take("a", 0)).toBe(0);
    expect(limits.take("a", 0)).toBe(1);
    expect(limits.take("b", 0)).toBe(0);
  });

  test("says what is left without taking, and takes back what did not count", () => {
    const limits = new RateLimits({ burst: 2, perMinute: 60 });
    expect([limits.isFull("a", 0), limits.wait("a", 0)]).toEqual([true, 0]);
    limits.take("a", 0);
    expect([limits.isFull("a", 0), limits.wait("a", 0)]).toEqual([false, 0]);
    limits.take("a", 0);
    expect(limits.wait("a", 0)).toBe(1);
    limits.giveBack("a");
    expect(limits.wait("a", 0)).toBe(0);
    limits.giveBack("a");
    limits.giveBack("a");
    expect([limits.take("a", 0), limits.take("a", 0), limits.take("a", 0)]).toEqual([0, 0, 1]);
  });

  test("holds no more callers than it may, and forgets the quietest first", () => {
    const limits = new RateLimits({ burst: 1, perMinute: 1 }, 3);
    for (const key of ["a", "b", "c", "a", "d"]) limits.take(key, 0);
    expect(limits.size).toBe(3);
    expect(limits.take("a", 0)).toBeGreaterThan(0);
    expect(limits.take("b", 0)).toBe(0);
  });
});
