import fc from "fast-check";
import { expect, test } from "vitest";
import { nextBackoffMs } from "./backoff.mjs";

test.each([
  { previous: 0, alive: 0, expected: 200, why: "the first restart is quick" },
  { previous: 200, alive: 50, expected: 400, why: "it died again at once" },
  { previous: 6_400, alive: 50, expected: 10_000, why: "capped" },
  { previous: 10_000, alive: 4_999, expected: 10_000, why: "not long enough to be trusted" },
  { previous: 10_000, alive: 5_000, expected: 200, why: "it has shown that it can live" },
])("after $previous ms and a life of $alive ms the pause is $expected ms ($why)", ({ previous, alive, expected }) => {
  expect(nextBackoffMs(previous, alive)).toBe(expected);
});

test("a program that always dies at its start is started at most a dozen times a minute, once warmed up", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4_999 }), { minLength: 20, maxLength: 40 }), (lives) => {
      const pauses: number[] = [];
      for (const alive of lives) pauses.push(nextBackoffMs(pauses.at(-1) ?? 0, alive));
      expect(pauses.slice(6).every((pause) => pause === 10_000)).toBe(true);
    }),
  );
});
