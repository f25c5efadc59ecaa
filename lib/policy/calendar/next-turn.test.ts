import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Calendar, changeIsHeldBy, type Freeze, type Span } from "./may-change-now";
import { nextTurn } from "./next-turn";
import { shortensFreeze } from "./shortens-freeze";

const EVERY = [0, 1, 2, 3, 4, 5, 6];
const at = (text: string) => new Date(text);
const hours = (from: number, to: number, days: number[] = EVERY): Span => ({ days, from, to });
const paris = (windows: readonly Span[], quiet: readonly Span[] = []): Calendar => ({ timeZone: "Europe/Paris", windows, quiet });
const freeze = (from: string, to: string): Freeze => ({ startsAt: at(from), endsAt: at(to) });

describe("when it turns next", () => {
  test.each<[string, Calendar | null, Freeze[], string, string | null]>([
    ["nobody said anything", null, [], "2026-11-22T03:00Z", null],
    ["any hour will do", paris([]), [], "2026-11-22T03:00Z", null],
    ["a night's window opens, in winter", paris([hours(2, 5)]), [], "2026-11-22T00:10Z", "2026-11-22T01:00Z null"],
    ["a night's window opens, in summer", paris([hours(2, 5)]), [], "2026-07-21T23:10Z", "2026-07-22T00:00Z null"],
    ["it closes", paris([hours(2, 5)]), [], "2026-11-22T02:10Z", "2026-11-22T04:00Z window"],
    ["across midnight it stays open", paris([hours(22, 3)]), [], "2026-11-22T22:30Z", "2026-11-23T02:00Z window"],
    ["on Sundays alone", paris([hours(2, 5, [0])]), [], "2026-11-22T05:00Z", "2026-11-29T01:00Z null"],
    ["the whole week but an hour", paris([], [hours(4, 5, [1])]), [], "2026-11-23T04:00Z", "2026-11-30T03:00Z window"],
    ["two windows that meet are one", paris([hours(2, 5), hours(5, 7)]), [], "2026-11-22T03:00Z", "2026-11-22T06:00Z window"],
    ["always within quiet hours", paris([hours(2, 5)], [hours(0, 24)]), [], "2026-11-22T03:00Z", null],
    ["spring: two o'clock never comes, three does", paris([hours(2, 4)]), [], "2026-03-29T00:30Z", "2026-03-29T01:00Z null"],
    ["spring: an hour that is skipped opens nothing", paris([hours(2, 3)]), [], "2026-03-29T00:30Z", "2026-03-30T00:00Z null"],
    ["spring: quiet hours are an hour shorter", paris([], [hours(22, 7)]), [], "2026-03-28T21:00Z", "2026-03-29T05:00Z null"],
    ["autumn: two o'clock comes twice, in one window", paris([hours(2, 3)]), [], "2026-10-25T00:00Z", "2026-10-25T02:00Z window"],
    ["autumn: quiet hours are an hour longer", paris([], [hours(22, 7)]), [], "2026-10-24T20:00Z", "2026-10-25T06:00Z null"],
    [
      "a clock that is set by half an hour",
      { timeZone: "Australia/Lord_Howe", windows: [hours(3, 5)], quiet: [] },
      [],
      "2026-10-03T14:00Z",
      "2026-10-03T16:00Z null",
    ],
    [
      "a zone of quarters of an hour",
      { timeZone: "Asia/Kathmandu", windows: [hours(3, 5)], quiet: [] },
      [],
      "2026-11-22T20:00Z",
      "2026-11-22T21:15Z null",
    ],
    ["a zone that nobody knows", { ...paris([hours(2, 5)]), timeZone: "Mars/Olympus" }, [], "2026-11-22T03:00Z", null],
    ["a freeze begins", null, [freeze("2026-11-27T00:00Z", "2026-11-30T00:00Z")], "2026-11-22T03:00Z", "2026-11-27T00:00Z freeze"],
    ["a freeze ends", null, [freeze("2026-11-20T00:00Z", "2026-11-30T00:00Z")], "2026-11-22T03:00Z", "2026-11-30T00:00Z null"],
    [
      "two that overlap are one",
      null,
      [freeze("2026-11-20T00:00Z", "2026-11-30T00:00Z"), freeze("2026-11-25T00:00Z", "2026-12-02T00:00Z")],
      "2026-11-22T03:00Z",
      "2026-12-02T00:00Z null",
    ],
    [
      "a window that opens within a freeze is no turn; at its end the window is shut",
      paris([hours(2, 5)]),
      [freeze("2026-11-20T00:00Z", "2026-11-30T12:00Z")],
      "2026-11-22T03:00Z",
      "2026-11-30T12:00Z window",
    ],
    [
      "a freeze begins while the window is shut",
      paris([hours(2, 5)]),
      [freeze("2026-11-22T12:00Z", "2026-11-30T12:00Z")],
      "2026-11-22T11:00Z",
      "2026-11-22T12:00Z freeze",
    ],
  ])("%s", (_what, calendar, freezes, now, expected) => {
    const turn = nextTurn(calendar, freezes, at(now));
    expect(turn && `${turn.at.toISOString().replace(":00.000Z", "Z")} ${turn.heldBy}`).toBe(expected);
  });

  test("up to its turn nothing changes, and at it something does", () => {
    const spans = fc.array(
      fc
        .record({ days: fc.subarray(EVERY, { minLength: 1 }), from: fc.nat(23), to: fc.integer({ min: 1, max: 24 }) })
        .filter(({ from, to }) => from !== to),
      { maxLength: 3 },
    );
    const zones = fc.constantFrom("Europe/Paris", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC");
    const calendars = fc.record({ timeZone: zones, windows: spans, quiet: spans });
    const minutes = fc.integer({ min: 0, max: 365 * 24 * 60 }).map((minute) => new Date(Date.UTC(2026, 0, 1) + minute * 60_000));
    fc.assert(
      fc.property(calendars, minutes, fc.double({ min: 0, max: 0.999, noNaN: true }), (calendar, now, part) => {
        const is = changeIsHeldBy(calendar, [], now);
        const turn = nextTurn(calendar, [], now);
        if (!turn) return;
        const between = new Date(now.getTime() + Math.floor((turn.at.getTime() - now.getTime()) * part));
        expect(changeIsHeldBy(calendar, [], between)).toBe(is);
        expect(changeIsHeldBy(calendar, [], turn.at)).not.toBe(is);
      }),
      { numRuns: 60 },
    );
  });
});

describe("what a changed freeze lets begin", () => {
  const before = freeze("2026-11-20T00:00Z", "2026-11-30T00:00Z");
  test.each<[string, Freeze | null, string, boolean]>([
    ["over at once", null, "2026-11-22T00:00Z", true],
    ["over before it began", null, "2026-11-01T00:00Z", true],
    ["it ends sooner", freeze("2026-11-20T00:00Z", "2026-11-29T00:00Z"), "2026-11-22T00:00Z", true],
    ["it ends later", freeze("2026-11-20T00:00Z", "2026-12-01T00:00Z"), "2026-11-22T00:00Z", false],
    ["it begins sooner", freeze("2026-11-18T00:00Z", "2026-11-30T00:00Z"), "2026-11-01T00:00Z", false],
    ["it begins later", freeze("2026-11-21T00:00Z", "2026-11-30T00:00Z"), "2026-11-01T00:00Z", true],
    ["its past is rewritten", freeze("2026-11-21T00:00Z", "2026-11-30T00:00Z"), "2026-11-22T00:00Z", false],
    ["it is moved as a whole", freeze("2026-11-25T00:00Z", "2026-12-05T00:00Z"), "2026-11-22T00:00Z", true],
  ])("%s", (_what, after, now, shortens) => expect(shortensFreeze(before, after, at(now))).toBe(shortens));

  test("a freeze that is over is none", () => {
    expect(() => shortensFreeze(before, null, before.endsAt)).toThrow(RangeError);
  });
});
