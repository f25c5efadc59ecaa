import { expect, test } from "vitest";
import type { OnCallOrderItem } from "./on-call-items";
import { moved, shownOrders } from "./shown-orders";

const order = (area: OnCallOrderItem["area"], severity: OnCallOrderItem["severity"]): OnCallOrderItem => ({
  area,
  severity,
  people: [],
  ack_minutes: 10,
  repage_minutes: 30,
  now: { person_id: null, why: "no_order", until: null },
});
const names = (orders: readonly OnCallOrderItem[]) =>
  shownOrders({ orders }).map(({ area, severity, order: found }) => `${severity} ${area} ${found ? "yes" : "no"}`);

test("what is grave is shown also where nobody is on call for it, the gravest first", () => {
  expect(names([])).toEqual(["critical any no", "high any no"]);
  expect(names([order("any", "low"), order("fleet", "high"), order("any", "high")])).toEqual([
    "critical any no",
    "high any yes",
    "high fleet yes",
    "low any yes",
  ]);
});

test.each([
  [0, 1, "bac"],
  [2, -1, "acb"],
  [0, -1, "abc"],
  [2, 1, "abc"],
] as const)("place %i by %i", (index, by, expected) => {
  expect(moved(["a", "b", "c"], index, by).join("")).toBe(expected);
});
