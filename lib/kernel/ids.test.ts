import fc from "fast-check";
import { expect, test } from "vitest";
import { uuidv7 } from "./ids";

test("writes the example of RFC 9562, appendix A.6", () => {
  const random = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
  expect(uuidv7(new Date("2022-02-22T19:22:22.000Z"), random)).toBe("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
});

test("refuses too little randomness", () => {
  expect(() => uuidv7(new Date(0), new Uint8Array(9))).toThrow(RangeError);
});

test("is always version 7, and sorts as time does", () => {
  const instant = fc.integer({ min: 0, max: 2 ** 47 });
  const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 });
  fc.assert(
    fc.property(instant, instant, bytes, bytes, (first, second, one, other) => {
      const [a, b] = [uuidv7(new Date(first), one), uuidv7(new Date(second), other)];
      expect(a).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      if (first !== second) expect(a < b).toBe(first < second);
    }),
  );
});
