import { expect, test } from "vitest";
import { addressOf, mayBeSamePerson } from "./four-eyes";

test.each([
  ["person:ada@center.test", "ada@center.test"],
  ["Ada@Center.TEST", "ada@center.test"],
  ["person:ＡＤＡ@center.test", "ada@center.test"],
  ["system:sira", null],
  ["cli:root", null],
  ["person:", null],
])("%s is %s", (actor, address) => expect(addressOf(actor)).toBe(address));

test.each([
  ["person:ada@center.test", "person:bob@center.test", false, "two people"],
  ["person:ada@center.test", "ADA@center.test ", true, "one person in two spellings"],
  ["person:ada@center.test", "system:sira", true, "what is no person is no second person"],
])("%s and %s -> %s (%s)", (a, b, isSame) => {
  expect(mayBeSamePerson(a, b)).toBe(isSame);
  expect(mayBeSamePerson(b, a)).toBe(isSame);
});
