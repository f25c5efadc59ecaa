import { expect, test } from "vitest";
import { entitlementsAnswer } from "./entitlements-answer";
import { nextFence } from "./next-fence";

const [A, B] = ["0198f000-0000-7000-8000-00000000000a", "0198f000-0000-7000-8000-00000000000b"];

test("entitlements are said once, and again only when they are others; their order never matters", () => {
  const first = entitlementsAnswer("search", [B, A], null);
  expect(first.tenants).toEqual({ [A]: ["search"], [B]: ["search"] });
  expect(entitlementsAnswer("search", [A, B], first.digest)).toEqual({ digest: first.digest });
  expect(entitlementsAnswer("search", [A], first.digest).tenants).toEqual({ [A]: ["search"] });
});

test("a fence only rises, also when many orders are given within a millisecond or the clock is set back", () => {
  const now = new Date("2026-01-01T00:00:00Z");
  const first = nextFence(0, now);
  expect(first).toBe(now.getTime());
  expect(nextFence(first, now)).toBe(first + 1);
  expect(nextFence(first, new Date(0))).toBe(first + 1);
});
