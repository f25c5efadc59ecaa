/** What a statistic of the bank looks for. */
export type Shape = "level shift" | "volatility" | "range" | "seasonal break" | "deviation" | "flat line";

/** One statistic of the bank. A statistic with two sides is judged as two channels: what is high, and what is low. */
export interface Statistic {
  readonly shape: Shape;
  /** What is measured, for a person. */
  readonly name: string;
  readonly sides: 1 | 2;
}

const shift = (fast: number, slow: number): Statistic => ({
  shape: "level shift",
  name: `level of ${fast} against ${slow} points`,
  sides: 2,
});
const volatility = (fast: number, slow: number): Statistic => ({
  shape: "volatility",
  name: `steps of ${fast} against ${slow} points`,
  sides: 2,
});

/** In the order in which `measure` writes them. */
export const STATISTICS: readonly Statistic[] = [
  shift(5, 20),
  shift(10, 50),
  shift(20, 100),
  shift(50, 300),
  shift(100, 1_000),
  volatility(5, 50),
  volatility(10, 100),
  volatility(30, 300),
  volatility(100, 1_000),
  { shape: "range", name: "range of 10 points", sides: 1 },
  { shape: "range", name: "range of 30 points", sides: 1 },
  { shape: "range", name: "range of 100 points", sides: 1 },
  { shape: "seasonal break", name: "against this half hour of other days", sides: 2 },
  { shape: "seasonal break", name: "6 points against their half hour of other days", sides: 2 },
  ...[1, 5, 20, 100, 300].map((span): Statistic => ({ shape: "deviation", name: `in scales from ${span} points`, sides: 2 })),
  ...[1, 10, 50, 200].map((span): Statistic => ({ shape: "deviation", name: `relative to ${span} points`, sides: 2 })),
  { shape: "flat line", name: "points without any change", sides: 1 },
  { shape: "seasonal break", name: "in scales from this hour of other days", sides: 2 },
];

/** Every statistic and side with a past of its own. `sign` -1 looks at how low it goes. */
export const CHANNELS: readonly { readonly statistic: number; readonly sign: 1 | -1 }[] = STATISTICS.flatMap(({ sides }, statistic) =>
  sides === 2
    ? [
        { statistic, sign: 1 as const },
        { statistic, sign: -1 as const },
      ]
    : [{ statistic, sign: 1 as const }],
);
