import { describe, expect, test } from "vitest";
import { standingOf } from "./standing";
import { advanceStream, newStream, type Stream } from "./stream";

const PERIOD = 120;
const DAY = 720;
const at = (index: number) => new Date(index * PERIOD * 1_000);

/** A stream that has heard a metric, beat by beat. */
function heard(values: readonly number[], hasBank = true): Stream {
  const stream = newStream(hasBank);
  for (const [index, value] of values.entries()) advanceStream(stream, value, (index * PERIOD) % 86_400);
  return stream;
}
const wandering = (beats: number, level = 70) => Array.from({ length: beats }, (_, index) => level + 5 * Math.sin(index / 9) + (index % 3));
const standing = (values: readonly number[], isHourly: boolean, isSaid = false) =>
  standingOf("metric", heard(values), isHourly, isSaid, at(values.length - 1));

describe("against the long level", () => {
  const climb = (share: number) => Array.from({ length: 200 }, (_, index) => 70 * (1 + (share * index) / 200));
  test.each([
    { values: wandering(2 * DAY), found: false, why: "it wanders" },
    { values: [...wandering(2 * DAY), ...climb(1.5)], found: true, why: "it climbs to two and a half times" },
    { values: [...wandering(2 * DAY), ...climb(0.3)], found: false, why: "a third more is no trouble" },
    { values: [...wandering(2 * DAY), 700, 70, 70], found: false, why: "one wild point" },
    { values: climb(1.5).slice(0, 170), found: false, why: "too young to have a level" },
  ])("$why -> $found", ({ values, found }) => expect(standing(values, false) !== null).toBe(found));

  test("it ends later than it begins", () => {
    const values = [...wandering(2 * DAY), ...Array.from({ length: 60 }, () => 95)];
    expect(standing(values, false)).toBeNull();
    expect(standing(values, false, true)).toMatchObject({ ruleId: "standing:metric", type: "novelty", severity: "low" });
  });
  test("without a bank nothing is known", () =>
    expect(standingOf("metric", heard([...wandering(2 * DAY), ...climb(1.5)], false), false, false, at(0))).toBeNull());
});

describe("against the same half hour of other days", () => {
  const daily = (beats: number) =>
    Array.from({ length: beats }, (_, index) => 200 * (1.5 - Math.cos((2 * Math.PI * index) / DAY)) + (index % 5));
  test.each([
    { values: daily(4 * DAY + 360), found: false, why: "noon is as slow as ever" },
    { values: [...daily(4 * DAY), ...Array.from({ length: 20 }, () => 500)], found: true, why: "the night is as slow as noon" },
    { values: [...daily(4 * DAY), ...Array.from({ length: 19 }, () => 500), 100], found: false, why: "the newest point is back" },
    { values: [...daily(4 * DAY), 3_000, 101, 102], found: false, why: "one wild point" },
    { values: Array.from({ length: 20 }, () => 500), found: false, why: "its first day" },
  ])("$why -> $found", ({ values, found }) => expect(standing(values, true) !== null).toBe(found));

  test("it says where it stands, and against what", () => {
    const finding = standing([...daily(4 * DAY), ...Array.from({ length: 20 }, () => 500)], true);
    expect(finding?.explain).toMatch(/^metric stands at \d+, \d\.\d times this half hour of other days \(\d+\)\.$/);
  });
});
