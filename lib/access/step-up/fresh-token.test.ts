import { expect, test } from "vitest";
import { isFreshToken } from "./fresh-token";

const NOW = new Date("2026-01-01T12:00:00.000Z");
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000);

test.each([
  { seconds: 0, amr: ["otp"], isFresh: true, why: "just now, by a code" },
  { seconds: 300, amr: ["pwd", "mfa"], isFresh: true, why: "five minutes ago" },
  { seconds: 299, amr: ["hwk"], isFresh: true, why: "by a key in hardware" },
  { seconds: 301, amr: ["otp"], isFresh: false, why: "too long ago" },
  { seconds: 0, amr: ["pwd"], isFresh: false, why: "a password is no second factor" },
  { seconds: 0, amr: [], isFresh: false, why: "the issuer does not say how" },
  { seconds: -31, amr: ["otp"], isFresh: false, why: "in the future" },
])("$seconds s ago by $amr -> $isFresh ($why)", ({ seconds, amr, isFresh }) => {
  expect(isFreshToken({ proof: { authTime: ago(seconds), amr } }, NOW)).toBe(isFresh);
});

test("a session, and a token that does not say when, prove nothing", () => {
  expect(isFreshToken({}, NOW)).toBe(false);
  expect(isFreshToken({ proof: { authTime: null, amr: ["otp"] } }, NOW)).toBe(false);
});
