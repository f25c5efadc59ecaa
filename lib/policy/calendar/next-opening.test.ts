import { expect, test } from "vitest";
import { nextOpening, type Openings } from "./next-opening";

const EVERY = [0, 1, 2, 3, 4, 5, 6];
const HOUR_MS = 60 * 60 * 1_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
/** A Sunday. */
const NOW = new Date("2026-11-22T10:07:00.000Z");
const ALWAYS = [{ from: 0, to: 24 }];
const paris = (windows: { days: number[]; from: number; to: number }[], quiet: typeof windows = []) => ({
  timeZone: "Europe/Paris",
  windows,
  quiet,
});
const freeze = (startsAt: string, endsAt: string) => ({ startsAt: new Date(startsAt), endsAt: new Date(endsAt) });

test.each<Partial<Openings> & { opens: string | null; why: string }>([
  { opens: "2026-11-22T10:07:00.000Z", why: "nothing holds it" },
  { calendar: paris([{ days: EVERY, from: 2, to: 5 }]), opens: "2026-11-23T01:00:00.000Z", why: "two o'clock there" },
  { calendar: paris([{ days: [6], from: 2, to: 5 }]), opens: "2026-11-28T01:00:00.000Z", why: "on Saturday" },
  { calendar: paris([], [{ days: EVERY, from: 0, to: 24 }]), opens: null, why: "never: all hours are quiet" },
  { calendar: paris([{ days: EVERY, from: 2, to: 5 }], [{ days: EVERY, from: 1, to: 6 }]), opens: null, why: "never: quiet hours win" },
  {
    calendar: paris([{ days: EVERY, from: 2, to: 5 }]),
    windows: [{ from: 8, to: 18 }],
    opens: null,
    why: "never: its hours and the policy's do not overlap",
  },
  {
    calendar: paris([{ days: EVERY, from: 8, to: 10 }]),
    windows: [{ from: 8, to: 18 }],
    opens: "2026-11-23T08:00:00.000Z",
    why: "they overlap by an hour",
  },
  { windows: [], opens: null, why: "the policy's never open" },
  {
    calendar: { timeZone: "Asia/Kathmandu", windows: [{ days: EVERY, from: 16, to: 18 }], quiet: [] },
    opens: "2026-11-22T10:15:00.000Z",
    why: "a clock that is three quarters off",
  },
  {
    freezes: [freeze("2026-11-20T00:00:00Z", "2026-11-24T09:10:00Z")],
    opens: "2026-11-24T09:10:00.000Z",
    why: "the freeze's end, to the minute",
  },
  {
    calendar: paris([{ days: EVERY, from: 2, to: 5 }]),
    freezes: [freeze("2026-11-20T00:00:00Z", "2026-11-24T09:10:00Z")],
    opens: "2026-11-25T01:00:00.000Z",
    why: "the first window after it",
  },
  { freezes: [freeze("2026-11-20T00:00:00Z", "2026-12-24T00:00:00Z")], opens: null, why: "a freeze beyond the horizon" },
])("$why -> $opens", ({ calendar = null, freezes = [], windows = ALWAYS, opens }) =>
  expect(nextOpening({ calendar, freezes, windows }, NOW, WEEK_MS)?.toISOString() ?? null).toBe(opens),
);

test("a time zone that nobody knows never opens", () =>
  expect(
    nextOpening({ calendar: { timeZone: "Mars/Olympus", windows: [], quiet: [] }, freezes: [], windows: ALWAYS }, NOW, WEEK_MS),
  ).toBeNull());
