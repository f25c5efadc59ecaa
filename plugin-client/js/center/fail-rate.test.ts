import { expect, test } from "vitest";
import { createFailRate } from "./fail-rate.mjs";

const boot = (bootId: string, sent: number, failed: number) => ({ bootId, sent, failed });

test("the rate covers what happened since the last stored beat", () => {
  const failRate = createFailRate();
  expect(failRate.rate(boot("a", 10, 1))).toBe(0.1);
  failRate.reported(boot("a", 10, 1));
  expect(failRate.rate(boot("a", 20, 7))).toBe(0.6);
  expect(failRate.rate(boot("a", 10, 1))).toBeNull();
});

test.each([
  ["a new process counts from nought", boot("b", 4, 2), 0.5],
  ["counters that went backwards count from nought", boot("a", 4, 2), 0.5],
  ["no traffic is no evidence", boot("b", 0, 0), null],
  ["more failures than webhooks is still all of them", boot("b", 2, 5), 1],
])("%s", (_, now, expected) => {
  const failRate = createFailRate();
  failRate.reported(boot("a", 100, 10));
  expect(failRate.rate(now)).toBe(expected);
});

test("a crossing is told once in each direction, and only on ten webhooks or more", () => {
  const failRate = createFailRate();
  const steps = [boot("a", 9, 9), boot("a", 10, 2), boot("a", 12, 8), boot("a", 60, 8), boot("a", 61, 8)];
  expect(steps.map((now) => failRate.crosses(now))).toEqual([false, true, false, true, false]);
});
