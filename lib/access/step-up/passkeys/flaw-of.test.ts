import { expect, test } from "vitest";
import { type Expected, type Flaw, flawOf, type Shown } from "./flaw-of";

const EXPECTED: Expected = {
  type: "webauthn.get",
  challenge: "question",
  origin: "https://center.example",
  domainHash: "aa",
  counter: 7,
};
const GOOD: Shown = {
  type: "webauthn.get",
  challenge: "question",
  origin: "https://center.example",
  isEmbedded: false,
  domainHash: "aa",
  isPresent: true,
  isVerified: true,
  counter: 8,
};

test.each<[Partial<Shown>, Flaw | null]>([
  [{}, null],
  [{ type: "webauthn.create" }, "type"],
  [{ challenge: "another" }, "challenge"],
  [{ origin: "https://center.example.evil" }, "origin"],
  [{ origin: "http://center.example" }, "origin"],
  [{ origin: "https://center.example:8443" }, "origin"],
  [{ isEmbedded: true }, "embedded"],
  [{ domainHash: "ab" }, "domain"],
  [{ isPresent: false }, "absent"],
  [{ isVerified: false }, "unverified"],
])("%o -> %s", (bent, flaw) => {
  expect(flawOf({ ...GOOD, ...bent }, EXPECTED)).toBe(flaw);
});

test.each<[known: number | null, shown: number, Flaw | null]>([
  [0, 0, null],
  [0, 1, null],
  [7, 8, null],
  [7, 7, "counter"],
  [7, 6, "counter"],
  [7, 0, "counter"],
  [null, 0, null],
  [null, 9, null],
])("counted to %s before, says %i -> %s", (known, shown, flaw) => {
  expect(flawOf({ ...GOOD, counter: shown }, { ...EXPECTED, counter: known })).toBe(flaw);
});

test("what makes an answer another one is named before its count", () => {
  expect(flawOf({ ...GOOD, counter: 0, isVerified: false }, EXPECTED)).toBe("unverified");
});
