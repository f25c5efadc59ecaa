import { expect, test } from "vitest";
import { orderSequence } from "./order-sequence.mjs";

function take(seed: string, count: number) {
  const orders = orderSequence(seed, "o");
  return Array.from({ length: count }, () => orders.next().value);
}

test("the same seed gives the same customers, another seed others", () => {
  expect(take("atlas", 50)).toEqual(take("atlas", 50));
  expect(take("atlas", 50)).not.toEqual(take("birch", 50));
});

test.each(["atlas", "zephyr", "birch"])("of any ten orders in a row of %s about six amounts end in a zero, of a hundred sixty", (seed) => {
  const isRound = take(seed, 200).map(({ order }) => order.amount_minor % 10 === 0);
  const roundIn = (start: number, length: number) => isRound.slice(start, start + length).filter(Boolean).length;
  for (let start = 0; start + 100 <= 200; start += 10) expect(roundIn(start, 100)).toBe(60);
  for (let start = 0; start + 10 <= 200; start += 1) expect(roundIn(start, 10)).toBeGreaterThanOrEqual(2);
});

test("amounts are cents a shop may charge, ids never repeat, pauses stay near the mean", () => {
  const all = take("atlas", 500);
  expect(new Set(all.map(({ order }) => order.order_id)).size).toBe(500);
  expect(all.every(({ order }) => Number.isInteger(order.amount_minor) && order.amount_minor >= 100 && order.amount_minor < 20_000)).toBe(
    true,
  );
  expect(all.every(({ pause }) => pause >= 0.7 && pause < 1.3)).toBe(true);
});
