import { generateSync } from "otplib";
import { expect, test } from "vitest";
import { CODE_SECONDS, newTotpSecret, stepOfCode, totpUri } from "./totp";

const NOW = new Date("2026-01-01T12:00:10.000Z");
const STEP = Math.floor(NOW.getTime() / 1_000 / CODE_SECONDS);
const secret = newTotpSecret();
const codeOf = (step: number) => generateSync({ secret, epoch: step * CODE_SECONDS });

test.each([
  [0, STEP],
  [-1, STEP - 1],
  [1, STEP + 1],
  [-2, null],
  [2, null],
])("the code of %i steps away belongs to step %s", (away, step) => {
  expect(stepOfCode(secret, codeOf(STEP + away), NOW, [CODE_SECONDS, CODE_SECONDS])).toBe(step);
});

test("the test vector of RFC 6238 for SHA-1, in six digits", () => {
  const rfc = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  expect(stepOfCode(rfc, "287082", new Date(59_000), [0, 0])).toBe(1);
});

test("secrets are 160 bits and never alike; the address names who and where", () => {
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  expect(newTotpSecret()).not.toBe(secret);
  expect(totpUri(secret, "ada@center.test")).toMatch(/^otpauth:\/\/totp\/Reliability%20Center:ada%40center\.test\?secret=/);
});
