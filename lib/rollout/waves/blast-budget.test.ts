import fc from "fast-check";
import { expect, test } from "vitest";
import { withinBudget } from "./blast-budget";

const item = fc.record({ tenantId: fc.constantFrom("a", "b", "c", "d", "e"), paymentShare: fc.double({ min: 0, max: 0.2, noNaN: true }) });

test("whatever is asked for, merchants and payments in flight stay within the budget", () => {
  fc.assert(
    fc.property(fc.array(item, { maxLength: 30 }), (candidates) => {
      const taken = withinBudget([{ tenantId: "z", paymentShare: 0.02 }], candidates, { merchants: 3, paymentShare: 0.1 });
      expect(new Set(taken.map(({ tenantId }) => tenantId)).size).toBeLessThanOrEqual(2);
      expect(taken.reduce((sum, { paymentShare }) => sum + paymentShare, 0.02)).toBeLessThanOrEqual(0.1);
    }),
  );
});

test("a large shop does not hold up small ones; a share that is none is a bug", () => {
  const [large, small] = [
    { tenantId: "a", paymentShare: 0.09 },
    { tenantId: "b", paymentShare: 0.01 },
  ];
  expect(withinBudget([{ tenantId: "z", paymentShare: 0.05 }], [large, small], { merchants: 10, paymentShare: 0.1 })).toEqual([small]);
  expect(() => withinBudget([], [{ tenantId: "a", paymentShare: Number.NaN }], { merchants: 1, paymentShare: 1 })).toThrow(RangeError);
});
