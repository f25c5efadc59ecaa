import fc from "fast-check";
import { expect, test } from "vitest";
import { challengeOf, type Question } from "./challenge-of";

const QUESTION: Question = {
  nonce: Buffer.alloc(32, 7),
  personId: "0197a000-0000-7000-8000-000000000001",
  purpose: "prove",
  digest: `sha256:${"a".repeat(64)}`,
  origin: "https://center.example",
};

test.each<[string, Partial<Question>]>([
  ["another nonce", { nonce: Buffer.alloc(32, 8) }],
  ["another person", { personId: "0197a000-0000-7000-8000-000000000002" }],
  ["another purpose", { purpose: "add" }],
  ["another digest", { digest: `sha256:${"b".repeat(64)}` }],
  ["another origin", { origin: "https://center.example:8443" }],
])("%s makes another challenge", (_why, change) => {
  expect(challengeOf({ ...QUESTION, ...change })).not.toBe(challengeOf(QUESTION));
});

test("the same question has the same challenge: 32 bytes in base64url", () => {
  expect(challengeOf({ ...QUESTION, nonce: Buffer.from(QUESTION.nonce) })).toBe(challengeOf(QUESTION));
  expect(challengeOf(QUESTION)).toMatch(/^[A-Za-z0-9_-]{43}$/);
});

test("no two questions meet, however their parts are cut", () => {
  const text = fc.string({ maxLength: 12 }).filter((part) => part.isWellFormed());
  const parts = fc.record({ personId: text, digest: text, origin: text });
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      const isSame = one.personId === other.personId && one.digest === other.digest && one.origin === other.origin;
      expect(challengeOf({ ...QUESTION, ...one }) === challengeOf({ ...QUESTION, ...other })).toBe(isSame);
    }),
  );
});
