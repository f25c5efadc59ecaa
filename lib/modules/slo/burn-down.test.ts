import fc from "fast-check";
import { expect, test } from "vitest";
import { burnDown, withTail } from "./burn-down";

const until = new Date("2026-01-31T12:30:00Z");
const hour = (ago: number, total: number, bad: number) => ({
  at: new Date(Date.parse("2026-01-31T12:00:00Z") - ago * 3_600_000),
  events: { total, bad },
});
const of = { target: 0.99, stepSeconds: 3_600, until };

test("each point says what was left when its step ended; a step that is not over ends now", () => {
  const steps = [hour(3, 100, 1), hour(1, 100, 0), hour(0, 200, 2)];
  // A thousand events allow ten bad ones; four were bad, one of them before these steps.
  const points = burnDown(steps, { ...of, budget: { total: 1_000, bad: 4 } });
  expect(points).toEqual([
    { at: "2026-01-31T10:00:00.000Z", total: 100, bad: 1, budget_left: expect.closeTo(0.8), burn: expect.closeTo(1), after_gap: false },
    { at: "2026-01-31T12:00:00.000Z", total: 100, bad: 0, budget_left: expect.closeTo(0.8), burn: 0, after_gap: true },
    { at: "2026-01-31T12:30:00.000Z", total: 200, bad: 2, budget_left: expect.closeTo(0.6), burn: expect.closeTo(1), after_gap: false },
  ]);
});

test("a step without events has no burn, and a budget without events no points", () => {
  expect(burnDown([hour(1, 0, 0)], { ...of, budget: { total: 10, bad: 0 } })[0]).toMatchObject({ burn: null, budget_left: 1 });
  expect(burnDown([hour(1, 0, 0)], { ...of, budget: { total: 0, bad: 0 } })).toEqual([]);
});

test("a budget only ever burns down, and ends where it is now", () => {
  const steps = fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(steps, fc.nat(100), (parts, before) => {
      const list = parts.map(([total, bad], index) => hour(parts.length - index, total + 1, Math.min(bad, total)));
      const budget = { total: 5_000, bad: before + list.reduce((sum, { events }) => sum + events.bad, 0) };
      const left = burnDown(list, { ...of, budget }).map((point) => point.budget_left);
      expect(left).toEqual(left.toSorted((a, b) => b - a));
      expect(left.at(-1)).toBeCloseTo(1 - budget.bad / 50, 6);
    }),
  );
});

test("what is not rolled up yet belongs to the step that is not over", () => {
  const budget = { total: 100, bad: 5 };
  const about = { budget, stepSeconds: 3_600, until };
  const days = [hour(5, 60, 1), hour(1, 30, 2)];
  const tail = { total: 10, bad: 2 };
  expect(withTail([], days, about)).toEqual([{ at: hour(0, 0, 0).at, events: tail }]);
  expect(withTail([hour(1, 9, 1)], days, about)).toEqual([hour(1, 9, 1), { at: hour(0, 0, 0).at, events: tail }]);
  expect(withTail([hour(0, 9, 1)], days, about)).toEqual([hour(0, 19, 3)]);
  expect(withTail([hour(1, 9, 1)], [hour(1, 100, 5)], about)).toEqual([hour(1, 9, 1)]);
});
