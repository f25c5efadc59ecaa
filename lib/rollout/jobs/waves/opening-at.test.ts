import { expect, test } from "vitest";
import { openingAt } from "./opening-at";

const at = (text: string) => new Date(`2026-03-02T${text}Z`);
const ALWAYS = { calendar: null, freezes: [], windows: [{ from: 0, to: 24 }] };
const frozen = (endsAt: Date) => ({ ...ALWAYS, freezes: [{ startsAt: at("00:00:00"), endsAt }] });
const FAR = new Date("2026-04-01T00:00:00Z");

test("hours that were worked out stand for a quarter of an hour, and no longer", () => {
  const first = openingAt(frozen(FAR), at("10:00:01"));
  expect(first).toEqual({ isSoon: false, notBefore: FAR });
  expect(openingAt(frozen(FAR), at("10:14:59"))).toBe(first);
  expect(openingAt(frozen(FAR), at("10:15:00"))).not.toBe(first);
});

test.each([
  ["another end of the freeze", frozen(at("12:00:00"))],
  ["no freeze", ALWAYS],
])("%s is worked out at once", (_what, of) => {
  openingAt(frozen(FAR), at("10:30:00"));
  expect(openingAt(of, at("10:30:01"))).toMatchObject({ isSoon: true });
});
