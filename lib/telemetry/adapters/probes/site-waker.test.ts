import { expect, test } from "vitest";
import { LIMITS } from "@/lib/platform/limits";
import { SiteWaker } from "./site-waker";

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 22, 10, 0, seconds));
const URL = "https://shop.example/";

test("a subject is visited at once, then once a minute; another one at once", () => {
  const visited: string[] = [];
  const waker = new SiteWaker(async (url) => visited.push(url));
  const woken = [at(0), at(1), at(59), at(60), at(61)].map((now) => waker.wake("order 1", URL, now));
  expect(woken).toEqual([true, false, false, true, false]);
  expect(waker.wake("order 2", URL, at(61))).toBe(true);
  expect(visited).toHaveLength(3);
});

test("no more at once than allowed, however slow sites are; who was left out comes next time", async () => {
  const ends: (() => void)[] = [];
  const waker = new SiteWaker(() => new Promise((resolve) => ends.push(() => resolve(null))));
  const woken = Array.from({ length: LIMITS.wakesAtOnce + 3 }, (_, index) => waker.wake(`order ${index}`, URL, at(0)));
  expect(woken.filter(Boolean)).toHaveLength(LIMITS.wakesAtOnce);
  ends[0]?.();
  await Promise.resolve();
  expect(waker.wake(`order ${LIMITS.wakesAtOnce}`, URL, at(1))).toBe(true);
  expect(waker.wake(`order ${LIMITS.wakesAtOnce + 1}`, URL, at(1))).toBe(false);
});

test("a visit that fails is over, and disturbs nobody", async () => {
  const waker = new SiteWaker(() => Promise.reject(new Error("nobody at home")));
  for (let count = 0; count <= LIMITS.wakesAtOnce; count += 1) {
    expect(waker.wake(`order ${count}`, URL, at(0))).toBe(true);
    await Promise.resolve();
  }
});
