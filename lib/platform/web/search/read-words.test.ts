import fc from "fast-check";
import { expect, test } from "vitest";
import { readWords, wordsHolding } from "./read-words";

const TRACE = "0123456789abcdef0123456789abcdef";

test.each([
  { typed: "  Atlas   Shop ", text: "Atlas Shop", ids: null, traceId: null, why: "words" },
  { typed: "", text: "", ids: null, traceId: null, why: "nothing" },
  { typed: "fade", text: "fade", ids: null, traceId: null, why: "a word of four letters that are digits" },
  {
    typed: "0199AA",
    text: "0199AA",
    ids: { from: "0199aa00-0000-0000-0000-000000000000", to: "0199aaff-ffff-ffff-ffff-ffffffffffff" },
    traceId: null,
    why: "the beginning of an id",
  },
  {
    typed: "0199aa00-0000-7",
    text: "0199aa00-0000-7",
    ids: { from: "0199aa00-0000-7000-0000-000000000000", to: "0199aa00-0000-7fff-ffff-ffffffffffff" },
    traceId: null,
    why: "more of it, with its dashes",
  },
  {
    typed: TRACE,
    text: TRACE,
    ids: { from: "01234567-89ab-cdef-0123-456789abcdef", to: "01234567-89ab-cdef-0123-456789abcdef" },
    traceId: TRACE,
    why: "a trace, or an id without dashes",
  },
  { typed: `${TRACE}0`, text: `${TRACE}0`, ids: null, traceId: null, why: "too long for either" },
])("“$typed” is $why", ({ typed, text, ids, traceId }) => {
  expect(readWords(typed)).toEqual({ text, ids, traceId });
});

test("every id lies between the ids that its own beginning spans", () => {
  fc.assert(
    fc.property(fc.uuid(), fc.integer({ min: 6, max: 32 }), (id, length) => {
      const { ids } = readWords(id.replaceAll("-", "").slice(0, length));
      expect(ids && ids.from <= id && id <= ids.to).toBe(true);
    }),
  );
});

test.each([
  ["webhook fail", ["webhook_fail_rate"]],
  ["FAIL_RATE", ["webhook_fail_rate"]],
  ["", []],
  ["%", []],
])("“%s” is held by %j", (text, found) => {
  expect(wordsHolding(["webhook_fail_rate", "silence"], text)).toEqual(found);
});
