import { expect, test } from "vitest";
import { createCrashWindow } from "./crash-window.mjs";

const windowOf = (...times: number[]) => {
  const crashes = createCrashWindow({ crashes: 3, within_s: 30 }, { firstMs: 250, mostMs: 30_000 });
  for (const at of times) crashes.add(at);
  return crashes;
};

test.each([
  [[0, 10_000, 29_999], 29_999, true],
  [[0, 10_000, 30_000], 30_000, false],
  [[0, 10_000], 10_000, false],
  [[], 0, false],
] as const)("crashes at %j make a loop at %i: %s", (times, now, isLoop) => expect(windowOf(...times).isLoop(now)).toBe(isLoop));

test("each crash doubles the wait, up to the most", () => {
  const crashes = windowOf();
  const waits = Array.from({ length: 9 }, (_, i) => {
    crashes.add(i);
    return crashes.waitMs(i);
  });
  expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  expect(crashes.waitMs(11 * 60_000)).toBe(0);
  expect(crashes.lastHour(11 * 60_000)).toBe(9);
});

test("a new version starts with a clean sheet", () => {
  const crashes = windowOf(0, 1, 2);
  crashes.clear();
  expect(crashes.isLoop(2)).toBe(false);
});
