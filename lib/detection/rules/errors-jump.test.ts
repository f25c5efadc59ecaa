import { expect, test } from "vitest";
import { errorsJump } from "@/lib/detection/rules/errors-jump";
import { beat, counters, windowOf } from "@/test/fixtures/beat";

const judge = (...beats: ReturnType<typeof beat>[]) => errorsJump.evaluate(windowOf(beats), errorsJump.defaults);
const days = (...figures: number[]) => figures.map((errors, index) => beat(index * 120, { telemetry: { errors_last_24h: errors } }));

test.each([
  { figures: [50], severity: null, why: "one beat has no history" },
  { figures: [0, 19], severity: null, why: "too few" },
  { figures: [0, 50], severity: "low", why: "a jump" },
  { figures: [0, 100], severity: "medium", why: "a steep jump" },
  { figures: [0, 500], severity: "high", why: "a flood" },
  { figures: [0, 50, 50], severity: null, why: "the newest beat brings none: it stopped" },
  { figures: [300, 280, 260], severity: null, why: "errors age out of the day" },
])("$figures -> $severity ($why)", ({ figures, severity }) => {
  expect(judge(...days(...figures))?.severity ?? null).toBe(severity);
});

test("a shop that always brings such errors is not in a jump", () => {
  expect(judge(...days(...Array.from({ length: 40 }, (_, index) => index * 5)))).toBeNull();
});

test("the same shop at five times its usual pace is", () => {
  const steady = Array.from({ length: 30 }, (_, index) => index * 5);
  const fast = Array.from({ length: 5 }, (_, index) => 145 + (index + 1) * 25);
  expect(judge(...days(...steady, ...fast))).toMatchObject({ value: 125, severity: "medium" });
});

/** Beats that each bring so many webhooks and errors, cumulative. */
const working = (steps: readonly (readonly [sent: number, errors: number])[]) => {
  let [sent, errors] = [0, 0];
  return steps.map(([more, wrong], index) => {
    sent += more;
    errors += wrong;
    return beat(index * 120, { telemetry: counters(sent, 0, errors) });
  });
};
const times = <T>(count: number, value: T) => Array.from({ length: count }, () => value);

test("a sales surge brings errors in proportion, and is no jump; the same errors without it are", () => {
  const usual = times(30, [10, 2] as const);
  expect(judge(...working([...usual, ...times(5, [50, 10] as const)]))).toBeNull();
  expect(judge(...working([...usual, ...times(5, [10, 10] as const)]))).toMatchObject({ value: 50 });
});

test("errors that always come in clumps are no jump when they do", () => {
  const clumped = Array.from({ length: 50 }, (_, index) => [10, index % 10 === 0 ? 20 : 0] as const);
  expect(judge(...working([...clumped, [10, 20], [10, 5]]))).toBeNull();
});

test("where errors are usual one clump is no jump until a second beat brings more; a grave one is believed at once", () => {
  const usual = times(50, [10, 1] as const);
  expect(judge(...working([...usual, [10, 60]]))).toBeNull();
  expect(judge(...working([...usual, [10, 60], [10, 60]]))).toMatchObject({ severity: "medium" });
  expect(judge(...working([...usual, [10, 120]]))).toMatchObject({ severity: "medium" });
});

test("counters are preferred, and a restart does not hide errors", () => {
  const before = beat(0, { telemetry: counters(0, 0, 900) });
  expect(judge(before, beat(120, { bootId: "new", telemetry: counters(0, 0, 25) }))?.value).toBe(25);
});

test("errors of the version before are not held against the new one", () => {
  const sick = days(0, 60, 120);
  const healed = beat(360, { bootId: "new", runningVersion: "1.2.3", telemetry: { errors_last_24h: 121 } });
  expect(judge(...sick, healed)).toBeNull();
});
