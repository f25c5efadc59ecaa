import { expect, test } from "vitest";
import { clipText } from "./clip-text";

test.each([
  ["what is short enough stays", "né 😀", 5, "né 😀"],
  ["a character at the edge is not cut in half", "aaa😀", 4, "aaa"],
  ["nor one that came in half", "aaa\ud83d", 10, "aaa"],
  ["a half in the middle is marked", "a\udc00b\ud83dc", 10, "a\ufffdb\ufffdc"],
  ["NUL is left out", "a\0b", 10, "ab"],
])("%s", (_what, text, most, clipped) => expect(clipText(text, most)).toBe(clipped));
