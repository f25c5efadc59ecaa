import { expect, test } from "vitest";
import { formatDuration, formatRelative, relativeParts } from "./relative-time";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");

test.each([
  { seconds: 0, value: 0, unit: "second" },
  { seconds: -0.4, value: 0, unit: "second" },
  { seconds: -59.9, value: -59, unit: "second" },
  { seconds: -60, value: -1, unit: "minute" },
  { seconds: -3_599, value: -59, unit: "minute" },
  { seconds: -3_600, value: -1, unit: "hour" },
  { seconds: -86_400, value: -1, unit: "day" },
  { seconds: 90, value: 1, unit: "minute" },
] as const)("$seconds s from now is $value $unit", ({ seconds, value, unit }) => {
  expect(relativeParts(NOW + seconds * 1000, NOW)).toEqual({ value, unit });
});

test.each([
  { locale: "en", seconds: -12, text: "12 sec. ago" },
  { locale: "fr", seconds: -12, text: "il y a 12 s" },
  { locale: "en", seconds: 0, text: "now" },
] as const)("$seconds s in $locale reads $text", ({ locale, seconds, text }) => {
  expect(
    formatRelative(NOW + seconds * 1000, NOW, locale)
      .replaceAll("\u00a0", " ")
      .replaceAll("\u202f", " "),
  ).toBe(text);
});

test.each([
  { ms: 0, text: "0 sec" },
  { ms: -5_000, text: "0 sec" },
  { ms: 100_000, text: "1 min 40 sec" },
  { ms: 3_600_000, text: "1 hr" },
  { ms: 90_061_000, text: "1 day 1 hr" },
] as const)("$ms ms lasts $text", ({ ms, text }) => {
  expect(formatDuration(ms, "en")).toBe(text);
});
