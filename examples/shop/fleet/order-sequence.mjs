import { createHash } from "node:crypto";

/** Shops like prices such as 19.90 and 25.00: of ten orders in a row six end in a zero and four in 5 or 9, in an order of their own. */
const CENTS_OF_TEN = [0, 0, 50, 80, 90, 90, 5, 49, 95, 99];

/** Numbers 0 <= x < 1, the same row for the same seed (mulberry32). */
function seededNumbers(seed) {
  let state = createHash("sha256").update(seed).digest().readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function shuffled(list, next) {
  const ranked = list.map((value) => ({ value, rank: next() }));
  return ranked.sort((a, b) => a.rank - b.rank).map(({ value }) => value);
}

/**
 * The orders of one shop's customers, without end.
 * @param {string} seed the same seed gives the same amounts and pauses
 * @param {string} prefix begins every order id, so that two runs never share one
 * @yields {{ order: { order_id: string, amount_minor: number, currency: string }, pause: number }} amount in cents; pause is a
 *         factor around 1 of the shop's mean time between two orders
 */
export function* orderSequence(seed, prefix) {
  const next = seededNumbers(seed);
  const pick = (list) => list[Math.floor(next() * list.length)];
  let cents = [];
  for (let index = 0; ; index += 1) {
    if (cents.length === 0) cents = shuffled(CENTS_OF_TEN, next);
    const amount_minor = (1 + Math.floor(next() * 180)) * 100 + cents.pop();
    yield {
      order: { order_id: `${prefix}-${index}`, amount_minor, currency: pick(["CHF", "EUR", "EUR", "USD"]) },
      pause: 0.7 + next() * 0.6,
    };
  }
}
