import { expect, test } from "vitest";
import { judgePresence, PRESENCES, worstFirst } from "./judge-presence";

const now = new Date("2026-01-01T00:01:00Z");
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1_000);
const health = (status: "ok" | "degraded" | "down") => ({ status, checks: {} });

test.each([
  { heard: { status: "active", lastSeen: ago(5), health: health("ok") }, is: "ok", why: "heard just now" },
  { heard: { status: "active", lastSeen: ago(30), health: health("ok") }, is: "ok", why: "exactly at the bound" },
  { heard: { status: "active", lastSeen: ago(31), health: health("ok") }, is: "silent", why: "its good word is too old" },
  { heard: { status: "active", lastSeen: ago(31), health: health("down") }, is: "silent", why: "so is its bad one" },
  { heard: { status: "active", lastSeen: null, health: null }, is: "unknown", why: "never heard" },
  { heard: { status: "active", lastSeen: ago(1), health: null }, is: "unknown", why: "heard, and said nothing of its health" },
  { heard: { status: "active", lastSeen: ago(1), health: health("degraded") }, is: "degraded", why: "it says so" },
  { heard: { status: "revoked", lastSeen: ago(1), health: health("ok") }, is: "revoked", why: "nobody believes it" },
] as const)("$heard.status, $heard.health.status -> $is ($why)", ({ heard, is }) => {
  expect(judgePresence(heard, now, 30)).toBe(is);
});

test("what is well stands last", () => {
  expect([...PRESENCES].sort(worstFirst).at(-1)).toBe("ok");
});
