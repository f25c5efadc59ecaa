import { expect, test } from "vitest";
import { leftUntil } from "./countdown";

test.each([
  [1_800_000, "30", "00", false],
  [1_799_001, "30", "00", false],
  [1_799_000, "29", "59", false],
  [65_000, "1", "05", false],
  [1, "0", "01", false],
  [0, "0", "00", true],
  [-5_000, "0", "00", true],
])("%i ms before the end it says %s:%s", (leftMs, minutes, seconds, isOver) => {
  expect(leftUntil(1_000_000_000 + leftMs, 1_000_000_000)).toEqual({ minutes, seconds, isOver });
});
