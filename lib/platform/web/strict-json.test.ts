import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "@/lib/kernel/canonical-json";
import { Refusal } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { strictJson } from "./strict-json";

const bytes = (text: string) => Buffer.from(text, "utf8");
const nested = (depth: number, open = "[", close = "]") => open.repeat(depth) + close.repeat(depth);
const keyed = (count: number) => `{${Array.from({ length: count }, (_, index) => `"k${index}":1`).join(",")}}`;

describe("safety case 18: refused as unreadable", () => {
  test.each([
    ["nothing", Buffer.alloc(0)],
    ["no JSON", bytes("heartbeat")],
    ["an open string", bytes('"abc')],
    ["a trailing comma", bytes('{"a":1,}')],
    ["something after the end", bytes("{} {}")],
    ["invalid UTF-8", Buffer.from([0x22, 0xff, 0x22])],
    ["a surrogate in UTF-8", Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ["an overlong NUL", Buffer.from([0x22, 0xc0, 0x80, 0x22])],
    ["a byte order mark", Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d])],
    ["UTF-16", Buffer.from('{"a":1}', "utf16le")],
    ["a NUL between values", bytes("[1,\0 2]")],
    ["a raw NUL in a string", bytes('"a\0b"')],
    ["an escaped NUL", bytes('"a\\u0000b"')],
    ["an escaped NUL in a key", bytes('{"\\u0000":1}')],
    ["a raw control character", bytes('"a\nb"')],
    ["a lone high surrogate", bytes('"\\ud800"')],
    ["a lone low surrogate", bytes('"\\udc00"')],
    ["a high surrogate before another escape", bytes('"\\ud800\\n"')],
    ["a high surrogate before a character", bytes('"\\ud800x"')],
    ["two high surrogates", bytes('"\\ud800\\ud800"')],
    ["surrogates the wrong way round", bytes('"\\udc00\\ud800"')],
    ["a lone surrogate in a key", bytes('{"\\uDBFF":1}')],
    ["half an escape", bytes('"\\ud8"')],
    ["an unknown escape", bytes('"\\x41"')],
    ["the same key twice", bytes('{"a":1,"a":1}')],
    ["the same key twice, once escaped", bytes('{"a":1,"\\u0061":2}')],
    ["the same key twice, deep inside", bytes('[{"x":{"a":1,"b":[{}],"a":2}}]')],
    ["the key __proto__", bytes('{"__proto__":{"admin":true}}')],
    ["the key __proto__, escaped", bytes('{"\\u005f_proto__":1}')],
    ["depth 33", bytes(nested(33))],
    ["depth 33 of objects", bytes(nested(33, '{"a":', "}").replace(":}", ":1}"))],
    ["depth 5,000,000", bytes(nested(5_000_000))],
    ["depth 200,000, never closed", bytes("[".repeat(200_000))],
    ["1,001 keys", bytes(keyed(1_001))],
    ["1,001 keys in several objects", bytes(`[${keyed(600)},${keyed(401)}]`)],
    ["a string above 8 KiB", bytes(`"${"x".repeat(LIMITS.jsonStringBytes + 1)}"`)],
    ["a string above 8 KiB of two-byte characters", bytes(`"${"é".repeat(LIMITS.jsonStringBytes / 2 + 1)}"`)],
    ["a key above 8 KiB", bytes(`{"${"x".repeat(LIMITS.jsonStringBytes + 1)}":1}`)],
    ["2^53", bytes("9007199254740992")],
    ["2^53 + 1, which would lose precision", bytes('{"seq":9007199254740993}')],
    ["-(2^53)", bytes("-9007199254740992")],
    ["2^53 by an exponent", bytes("9007199254740992e0")],
    ["1e400, which would be infinite", bytes("1e400")],
    ["NaN", bytes("NaN")],
    ["a leading zero", bytes("01")],
  ])("%s", (_name, body) => {
    expect(() => strictJson(body)).toThrow(expect.objectContaining({ kind: "unreadable" }));
  });
});

describe("accepted", () => {
  test.each([
    ["depth 32", nested(32)],
    ["1,000 keys", keyed(1_000)],
    ["a string of 8 KiB", `"${"x".repeat(LIMITS.jsonStringBytes)}"`],
    ["escapes counted as what they stand for", `"${"\\u0041".repeat(LIMITS.jsonStringBytes)}"`],
    ["the largest safe integer", "[9007199254740991,-9007199254740991]"],
    ["fractions, exponents and minus zero", "[0.1,-1.5e-7,2E3,-0,1e-400]"],
    ["a surrogate pair, raw and escaped", '["😀","\\ud83d\\ude00"]'],
    ["escapes", '{"a\\"b":"\\\\\\/\\b\\f\\n\\r\\t\\u00e9"}'],
    ["braces and quotes within strings", '{"{\\"a\\":":"[,}]","b":["{"]}'],
    ["the same key in two objects, and as a value", '[{"a":"a"},{"a":["a","a"]}]'],
    ["constructor and toString as keys", '{"constructor":1,"toString":2}'],
    ["white space", ' \r\n\t{ "a" : [ ] , "b" : { } } '],
    ["a bare value", "null"],
  ])("%s", (_name, text) => {
    expect(strictJson(bytes(text))).toEqual(JSON.parse(text));
  });

  test("bounds of the caller's own", () => {
    expect(strictJson(bytes(`"${"x".repeat(20_000)}"`), { stringBytes: 20_000 })).toHaveLength(20_000);
    expect(() => strictJson(bytes("[[]]"), { depth: 1 })).toThrow(Refusal);
  });

  test("a view into a larger buffer is read as the view", () => {
    expect(strictJson(bytes('xx{"a":1}yy').subarray(2, 9))).toEqual({ a: 1 });
  });
});

function withinBounds(value: unknown): boolean {
  if (typeof value === "number") return Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  if (typeof value === "string") return value.isWellFormed() && !value.includes("\0");
  if (typeof value !== "object" || value === null) return true;
  const members = Object.entries(value);
  return members.every(([key, item]) => withinBounds(key) && key !== "__proto__" && withinBounds(item));
}

test("agrees with JSON.parse on whatever lies within its bounds, and refuses the rest", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8, stringUnit: "binary" }), fc.constantFrom(undefined, 1, "\t"), (value, indent) => {
      const body = bytes(JSON.stringify(value, null, indent));
      if (withinBounds(value)) expect(strictJson(body)).toEqual(JSON.parse(body.toString()) as Json);
      else expect(() => strictJson(body)).toThrow(Refusal);
    }),
    { numRuns: 500 },
  );
});

test("any bytes end in a value that JSON.parse gives too, or in a refusal", () => {
  const tokens = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    '"a"',
    "\\",
    "\\u00",
    "61",
    "1",
    "-",
    "e",
    ".",
    " ",
    "true",
    "\\ud800",
    "é",
  );
  fc.assert(
    fc.property(fc.array(tokens, { maxLength: 30 }), (parts) => {
      const text = parts.join("");
      let read: Json | Refusal;
      try {
        read = strictJson(bytes(text));
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
        return;
      }
      expect(read).toEqual(JSON.parse(text));
    }),
    { numRuns: 2_000 },
  );
});

test("costs in proportion to the bytes: 4 MiB of the worst kinds take well under a second each", () => {
  const size = 4 * 1024 * 1024;
  const worst = [
    "[".repeat(size),
    `"${"\\ud800".repeat(size / 6)}`,
    `"${"\\\\".repeat(size / 2)}`,
    "1".repeat(size),
    "{".repeat(31) + " ".repeat(size),
  ];
  for (const text of worst) {
    const started = performance.now();
    expect(() => strictJson(bytes(text))).toThrow(Refusal);
    expect(performance.now() - started).toBeLessThan(1_000);
  }
});
