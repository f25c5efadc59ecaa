import { expect, test } from "vitest";
import { activeOf, moveActive } from "./move-active";

const IDS = ["a", "b", "c"];

test.each([
  { active: "b", ids: IDS, now: "b", why: "it is still there" },
  { active: "b", ids: ["x", "y", "b"], now: "b", why: "others slid in above it" },
  { active: "b", ids: ["a", "c"], now: "a", why: "it is gone" },
  { active: null, ids: IDS, now: "a", why: "nothing was announced yet" },
  { active: "b", ids: [], now: null, why: "nothing is there" },
])("announced $active among $ids is $now: $why", ({ active, ids, now }) => {
  expect(activeOf(ids, active)).toBe(now);
});

test.each([
  { key: "ArrowDown", active: "a", now: "b" },
  { key: "ArrowDown", active: "c", now: "a" },
  { key: "ArrowUp", active: "a", now: "c" },
  { key: "ArrowUp", active: null, now: "c" },
  { key: "ArrowDown", active: "gone", now: "a" },
  { key: "PageDown", active: "a", now: "c" },
  { key: "PageUp", active: "b", now: "a" },
] as const)("$key at $active announces $now", ({ key, active, now }) => {
  expect(moveActive(IDS, active, key)).toBe(now);
});
