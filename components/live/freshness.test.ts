import { expect, test } from "vitest";
import { judgeFreshness } from "./freshness";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const ago = (seconds: number) => NOW - seconds * 1000;

test.each([
  { heard: 0, failing: null, paused: false, state: "live", trusted: true, why: "the server just spoke" },
  { heard: 30, failing: null, paused: false, state: "live", trusted: true, why: "thirty seconds are still live" },
  { heard: 31, failing: null, paused: false, state: "stale", trusted: false, why: "more than thirty are not" },
  { heard: 60, failing: null, paused: false, state: "stale", trusted: false, why: "sixty are still stale" },
  { heard: 61, failing: null, paused: false, state: "offline", trusted: false, why: "more than sixty are offline" },
  { heard: 1, failing: 45, paused: false, state: "stale", trusted: false, why: "the stream speaks, but reads fail since 45 s" },
  { heard: 90, failing: 5, paused: false, state: "offline", trusted: false, why: "the older of the two counts" },
  { heard: 10, failing: null, paused: true, state: "paused", trusted: true, why: "paused a moment ago" },
  { heard: 300, failing: null, paused: true, state: "paused", trusted: false, why: "paused long ago: shown, not vouched for" },
] as const)("heard $heard s ago, failing $failing, paused $paused -> $state ($why)", ({ heard, failing, paused, state, trusted }) => {
  const contact = { isPaused: paused, heardAtMs: ago(heard), failingSinceMs: failing === null ? null : ago(failing) };
  expect(judgeFreshness(contact, NOW)).toMatchObject({ state, isTrusted: trusted });
});

test("a clock that jumps back never makes an age negative", () => {
  const freshness = judgeFreshness({ isPaused: false, heardAtMs: NOW + 5_000, failingSinceMs: null }, NOW);
  expect(freshness).toEqual({ state: "live", ageSeconds: 0, isTrusted: true });
});
