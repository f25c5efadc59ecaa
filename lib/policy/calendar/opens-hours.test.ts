import fc from "fast-check";
import { expect, test } from "vitest";
import { type Calendar, changeIsHeldBy, type Span } from "./may-change-now";
import { opensHours } from "./opens-hours";

const EVERY = [0, 1, 2, 3, 4, 5, 6];
const hours = (windows: readonly Span[], quiet: readonly Span[] = [], timeZone = "Europe/Paris"): Calendar => ({
  timeZone,
  windows,
  quiet,
});
const NIGHT = { days: EVERY, from: 22, to: 7 };
const MORNING = { days: EVERY, from: 2, to: 5 };

test.each([
  { before: null, after: hours([]), opens: false, why: "nothing was said before: nothing was held" },
  { before: null, after: hours([MORNING]), opens: false, why: "the first hours only close" },
  { before: hours([], [NIGHT]), after: hours([], [{ ...NIGHT, to: 6 }]), opens: true, why: "an hour less of quiet" },
  { before: hours([], [NIGHT]), after: hours([], [{ ...NIGHT, to: 8 }]), opens: false, why: "an hour more" },
  { before: hours([], [NIGHT]), after: hours([], []), opens: true, why: "no quiet hours any more" },
  {
    before: hours([], [NIGHT]),
    after: hours([], [{ days: EVERY, from: 21, to: 6 }]),
    opens: true,
    why: "moved: one hour opens, another closes",
  },
  { before: hours([MORNING]), after: hours([{ ...MORNING, to: 6 }]), opens: true, why: "a longer window" },
  { before: hours([MORNING]), after: hours([{ ...MORNING, from: 3 }]), opens: false, why: "a shorter one" },
  { before: hours([MORNING]), after: hours([]), opens: true, why: "no windows: any hour will do" },
  {
    before: hours([MORNING]),
    after: hours([], [{ days: EVERY, from: 5, to: 2 }]),
    opens: false,
    why: "the same hours said the other way round",
  },
  {
    before: hours([], [{ days: [6], from: 22, to: 7 }]),
    after: hours([], [{ days: [0], from: 22, to: 7 }]),
    opens: true,
    why: "another night of the week",
  },
  { before: hours([MORNING]), after: hours([MORNING], [], "Asia/Tokyo"), opens: true, why: "the same hours of another clock" },
  { before: hours([]), after: hours([], [], "Asia/Tokyo"), opens: false, why: "another clock, and nothing was held" },
  {
    before: hours([MORNING]),
    after: hours([], [{ days: EVERY, from: 0, to: 24 }], "Asia/Tokyo"),
    opens: false,
    why: "another clock, and nothing opens",
  },
] as const)("$why -> $opens", ({ before, after, opens }) => expect(opensHours(before, after)).toBe(opens));

const span = fc
  .record({
    days: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }),
    from: fc.integer({ min: 0, max: 23 }),
    to: fc.integer({ min: 1, max: 24 }),
  })
  .filter(({ from, to }) => from !== to);
const calendars = fc.record({
  timeZone: fc.constant("UTC"),
  windows: fc.array(span, { maxLength: 2 }),
  quiet: fc.array(span, { maxLength: 2 }),
});

test("what opens nothing begins nothing at any moment of a week that was held before", () => {
  fc.assert(
    fc.property(calendars, calendars, fc.integer({ min: 0, max: 7 * 24 - 1 }), (before, after, hour) => {
      const at = new Date(Date.UTC(2026, 0, 4) + hour * 60 * 60 * 1_000);
      const begins = changeIsHeldBy(before, [], at) !== null && changeIsHeldBy(after, [], at) === null;
      if (begins) expect(opensHours(before, after)).toBe(true);
    }),
  );
});
