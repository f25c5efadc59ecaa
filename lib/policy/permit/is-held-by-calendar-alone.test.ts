import { expect, test } from "vitest";
import type { Permit } from "../types";
import { isHeldByCalendarAlone } from "./is-held-by-calendar-alone";

const permitOf = (failed: readonly string[]) =>
  ({
    kind: "approval",
    gates: ["switches", "calendar", "confidence"].map((gate) => ({ gate, passed: !failed.includes(gate), ceiling: "approval", why: "" })),
  }) as unknown as Permit;

test.each([
  [permitOf(["calendar"]), true, "the calendar alone"],
  [permitOf(["calendar", "confidence"]), false, "something else, too"],
  [permitOf(["confidence"]), false, "something else"],
  [permitOf([]), false, "nothing"],
  [null, false, "nothing was decided"],
] as const)("%# -> %j (%s)", (permit, expected, _why) => expect(isHeldByCalendarAlone(permit)).toBe(expected));
