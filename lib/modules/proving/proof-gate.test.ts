import { expect, test } from "vitest";
import { LIMITS } from "@/lib/platform/limits";
import { proofGate } from "./proof-gate";

const AT = new Date("2026-01-01T12:00:00Z");
const ago = (seconds: number) => new Date(AT.getTime() - seconds * 1_000);
const { healProofStaleSeconds: stale, healProofFirstSeconds: first } = LIMITS;

test.each([
  { provenAt: ago(60), firstBeganAt: ago(9_999), word: "ok", why: "proven a minute ago" },
  { provenAt: ago(stale), firstBeganAt: ago(99_999), word: "ok", why: "just still fresh" },
  { provenAt: ago(stale + 1), firstBeganAt: ago(99_999), word: "suggest_only", why: "stale" },
  { provenAt: null, firstBeganAt: ago(first), word: "ok", why: "new: the first proof is under way" },
  { provenAt: null, firstBeganAt: ago(first + 1), word: "suggest_only", why: "the first never came to its end" },
  { provenAt: null, firstBeganAt: null, word: "unknown", why: "nobody proves anything" },
  { provenAt: new Date(Number.NaN), firstBeganAt: ago(1), word: "suggest_only", why: "a date that is none proves nothing" },
] as const)("$word: $why", ({ provenAt, firstBeganAt, word }) => {
  expect(proofGate({ provenAt, firstBeganAt }, AT)).toBe(word);
});

test("a proof is due often enough that two may fail before it is stale", () => {
  expect(stale).toBeGreaterThanOrEqual(3 * LIMITS.healProofEverySeconds);
});
