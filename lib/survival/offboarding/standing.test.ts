import { expect, test } from "vitest";
import { standingOf } from "./standing";

const HOUR_MS = 3_600_000;
const TIMES = { askedForMs: 4 * HOUR_MS, graceMs: 72 * HOUR_MS };
const start = new Date("2026-11-20T10:00:00.000Z");
const after = (hours: number, ms = 0) => new Date(start.getTime() + hours * HOUR_MS + ms);
const nothing = { leavingAskedAt: null, leavingAt: null, goneAt: null, isKeyDestroyed: false };

test.each([
  { row: nothing, hours: 0, state: "staying", mayStay: false, why: "nobody asked" },
  { row: { leavingAskedAt: start }, hours: 3.9, state: "asked", mayStay: true, why: "a second person is missing" },
  { row: { leavingAskedAt: start }, hours: 4, state: "staying", mayStay: false, why: "the question lapsed" },
  {
    row: { leavingAskedAt: start, leavingAt: start },
    hours: 71.9,
    state: "leaving",
    mayStay: true,
    why: "two agreed, its days of quiet run",
  },
  { row: { leavingAt: start }, hours: 72, state: "erasing", mayStay: true, why: "the days are over, and no key is destroyed yet" },
  { row: { leavingAt: start, isKeyDestroyed: true }, hours: 73, state: "erasing", mayStay: false, why: "its keys are destroyed" },
  {
    row: { leavingAt: start, isKeyDestroyed: true },
    hours: 10,
    state: "leaving",
    mayStay: true,
    why: "an old key that was rotated away is no sign of erasing",
  },
  { row: { leavingAt: start, goneAt: after(73), isKeyDestroyed: true }, hours: 80, state: "gone", mayStay: false, why: "all is erased" },
] as const)("$state after $hours h: $why", ({ row, hours, state, mayStay }) => {
  expect(standingOf({ ...nothing, ...row }, TIMES, after(hours))).toMatchObject({ state, mayStay });
});

test("dates say when a question lapses and when erasing begins, and nothing else", () => {
  expect(standingOf({ ...nothing, leavingAskedAt: start }, TIMES, after(1))).toMatchObject({ lapsesAt: after(4), erasedFrom: null });
  expect(standingOf({ ...nothing, leavingAskedAt: start, leavingAt: start }, TIMES, after(1))).toMatchObject({
    lapsesAt: null,
    erasedFrom: after(72),
  });
});
