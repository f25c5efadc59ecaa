import { expect, test } from "vitest";
import { covers, dueAudit, nextAudits } from "./run-windows";

const WINDOW = { fromHour: 2, toHour: 5, weekday: 0, dailyOverdueHours: 36, weeklyOverdueHours: 9 * 24 };
const at = (text: string | null) => (text === null ? null : new Date(text));

test.each<[string, string | null, string | null, "daily" | "weekly" | null, string]>([
  ["2026-11-24T12:00:00Z", null, null, "weekly", "never looked at: all of it, at once"],
  ["2026-11-24T12:00:00Z", "2026-11-24T02:00:00Z", "2026-11-22T02:00:00Z", null, "outside the window"],
  ["2026-11-25T02:10:00Z", "2026-11-24T02:00:00Z", "2026-11-22T02:00:00Z", "daily", "its hour has come"],
  ["2026-11-25T03:10:00Z", "2026-11-25T02:10:00Z", "2026-11-22T02:00:00Z", null, "once a window"],
  ["2026-11-29T02:10:00Z", "2026-11-28T02:00:00Z", "2026-11-22T02:00:00Z", "weekly", "Sunday"],
  ["2026-11-29T03:10:00Z", "2026-11-28T02:00:00Z", "2026-11-29T02:10:00Z", null, "the weekly one is the daily one, too"],
  ["2026-11-26T15:00:00Z", "2026-11-24T02:00:00Z", "2026-11-22T02:00:00Z", "daily", "two were missed"],
  ["2026-12-02T15:00:00Z", "2026-12-02T02:00:00Z", "2026-11-22T02:00:00Z", "weekly", "a Sunday was missed"],
])("at %s after %j and %j: %j (%s)", (now, daily, weekly, due) => {
  expect(dueAudit({ daily: at(daily), weekly: at(weekly) }, WINDOW, new Date(now))).toBe(due);
});

test.each([
  ["2026-11-24T12:00:00Z", "2026-11-25T02:00:00.000Z", "2026-11-29T02:00:00.000Z"],
  ["2026-11-24T01:00:00Z", "2026-11-24T02:00:00.000Z", "2026-11-29T02:00:00.000Z"],
  ["2026-11-28T12:00:00Z", "2026-11-29T02:00:00.000Z", "2026-11-29T02:00:00.000Z"],
])("after %s the next are at %s and %s", (now, daily, weekly) => {
  const next = nextAudits(WINDOW, new Date(now));
  expect([next.daily.toISOString(), next.weekly.toISOString()]).toEqual([daily, weekly]);
});

test("a rarer scan looks at what the more frequent ones do", () => {
  expect([covers("weekly", "realtime"), covers("daily", "weekly"), covers("realtime", "realtime")]).toEqual([true, false, true]);
});
