import { expect, test } from "vitest";
import { type Calendar, changeIsHeldBy, localClock } from "./may-change-now";

const EVERY = [0, 1, 2, 3, 4, 5, 6];
const PARIS: Calendar = { timeZone: "Europe/Paris", windows: [], quiet: [] };
const at = (text: string) => new Date(text);

test.each([
  { calendar: null, now: "2026-11-22T03:00:00Z", held: null, why: "nobody said anything" },
  { calendar: PARIS, now: "2026-11-22T03:00:00Z", held: null, why: "any hour" },
  {
    calendar: { ...PARIS, windows: [{ days: EVERY, from: 2, to: 5 }] },
    now: "2026-11-22T03:30:00Z",
    held: null,
    why: "half past four there",
  },
  {
    calendar: { ...PARIS, windows: [{ days: EVERY, from: 2, to: 5 }] },
    now: "2026-11-22T04:00:00Z",
    held: "window",
    why: "five there in winter",
  },
  {
    calendar: { ...PARIS, windows: [{ days: EVERY, from: 2, to: 5 }] },
    now: "2026-07-22T02:59:00Z",
    held: null,
    why: "before five in summer",
  },
  {
    calendar: { ...PARIS, windows: [{ days: EVERY, from: 2, to: 5 }] },
    now: "2026-07-22T03:00:00Z",
    held: "window",
    why: "five there in summer",
  },
  {
    calendar: { ...PARIS, quiet: [{ days: EVERY, from: 22, to: 7 }] },
    now: "2026-11-22T02:00:00Z",
    held: "window",
    why: "across midnight",
  },
  {
    calendar: { ...PARIS, quiet: [{ days: [6], from: 22, to: 7 }] },
    now: "2026-11-22T02:00:00Z",
    held: "window",
    why: "Saturday night, on Sunday",
  },
  {
    calendar: { ...PARIS, quiet: [{ days: [0], from: 22, to: 7 }] },
    now: "2026-11-22T02:00:00Z",
    held: null,
    why: "Sunday's night begins later",
  },
  { calendar: { ...PARIS, timeZone: "Mars/Olympus" }, now: "2026-11-22T02:00:00Z", held: "window", why: "an unknown clock holds" },
] as const)("$now -> $held ($why)", ({ calendar, now, held }) => expect(changeIsHeldBy(calendar, [], at(now))).toBe(held));

test("a freeze holds from its first moment to before its last, whatever the calendar says", () => {
  const freeze = { startsAt: at("2026-11-27T00:00:00Z"), endsAt: at("2026-11-30T00:00:00Z") };
  expect(changeIsHeldBy(null, [freeze], at("2026-11-26T23:59:59Z"))).toBeNull();
  expect(changeIsHeldBy(null, [freeze], freeze.startsAt)).toBe("freeze");
  expect(changeIsHeldBy(null, [freeze], freeze.endsAt)).toBeNull();
});

test("the clock of a place", () => expect(localClock(at("2026-11-22T23:30:00Z"), "Asia/Kolkata")).toEqual({ day: 1, hour: 5, minute: 0 }));
