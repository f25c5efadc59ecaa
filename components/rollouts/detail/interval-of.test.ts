import { expect, test } from "vitest";
import { intervalOf } from "./interval-of";

test.each([
  { failures: 0, events: 0, rate: null, low: 0, high: 1 },
  { failures: 0, events: 10, rate: 0, low: 0, high: 0.278 },
  { failures: 5, events: 10, rate: 0.5, low: 0.237, high: 0.763 },
  { failures: 10, events: 10, rate: 1, low: 0.722, high: 1 },
])("$failures of $events", ({ failures, events, rate, low, high }) => {
  const found = intervalOf(failures, events);
  expect(found.rate).toBe(rate);
  expect(found.low).toBeCloseTo(low, 3);
  expect(found.high).toBeCloseTo(high, 3);
});
