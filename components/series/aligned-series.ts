/** One beat of a stream as it is drawn; times in epoch ms. */
export interface BandPoint {
  readonly atMs: number;
  readonly value: number;
  /** Where it was expected; null where nothing was yet. */
  readonly low: number | null;
  readonly high: number | null;
  /** 0..1. */
  readonly score: number;
  readonly isRaised: boolean;
  /** No line leads here: nobody said anything for a while before it. */
  readonly isAfterGap: boolean;
}

/** The mean of a step of the roll-ups; times in epoch ms. */
export interface MeanPoint {
  readonly atMs: number;
  readonly value: number;
  readonly isAfterGap: boolean;
}

/** A column of a drawing: null breaks the line, undefined is no point of this line at all. */
type Column = (number | null | undefined)[];

/** Columns of one length over the same instants, as uPlot takes them. */
export interface AlignedSeries {
  /** Unix seconds, rising. */
  readonly seconds: number[];
  readonly value: Column;
  readonly low: Column;
  readonly high: Column;
  readonly raised: Column;
  readonly score: Column;
  readonly mean: Column;
}

/** A line is broken this long before the point that no line leads to. */
const BREAK_MS = 1;

/** Instants right before points that no line leads to. */
function breaksOf(points: readonly { readonly atMs: number; readonly isAfterGap: boolean }[]): ReadonlySet<number> {
  return new Set(points.flatMap(({ atMs, isAfterGap }) => (isAfterGap ? atMs - BREAK_MS : [])));
}

/**
 * Beats and roll-ups over one row of instants.
 *
 * @param points  rising in time
 * @param means   of the roll-ups, rising in time
 */
export function alignSeries(points: readonly BandPoint[], means: readonly MeanPoint[]): AlignedSeries {
  const pointAt = new Map(points.map((point) => [point.atMs, point]));
  const meanAt = new Map(means.map((mean) => [mean.atMs, mean]));
  const [breaks, meanBreaks] = [breaksOf(points), breaksOf(means)];
  const instants = [...new Set([...pointAt.keys(), ...meanAt.keys(), ...breaks, ...meanBreaks])].sort((a, b) => a - b);
  const column = (pick: (point: BandPoint) => number | null): Column =>
    instants.map((atMs) => {
      const point = pointAt.get(atMs);
      if (point) return pick(point);
      return breaks.has(atMs) ? null : undefined;
    });
  return {
    seconds: instants.map((atMs) => atMs / 1_000),
    value: column(({ value }) => value),
    low: column(({ low }) => low),
    high: column(({ high }) => high),
    raised: column(({ value, isRaised }) => (isRaised ? value : null)),
    score: column(({ score }) => score),
    mean: instants.map((atMs) => meanAt.get(atMs)?.value ?? (meanBreaks.has(atMs) ? null : undefined)),
  };
}

/** The scale that holds everything that is drawn, with a little air; from 0, unless something lies below. */
export function scaleOf(points: readonly BandPoint[], means: readonly { readonly value: number }[]): readonly [number, number] {
  const all = [...points.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value]), ...means.map(({ value }) => value)];
  const most = all.reduce((a, b) => Math.max(a, b), 0);
  const least = all.reduce((a, b) => Math.min(a, b), 0);
  return most > least ? [least < 0 ? least * 1.08 : 0, most * 1.08] : [0, 1];
}
