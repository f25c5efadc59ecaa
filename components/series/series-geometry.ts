/** The drawing's own units; it is stretched to whatever room there is. */
export const WIDTH = 1_000;
export const HEIGHT = 100;

/** A value at an instant; `isAfterGap` where no line leads to it. */
export interface DrawnPoint {
  readonly atMs: number;
  readonly value: number;
  readonly isAfterGap: boolean;
}

const STEPS = [1, 2, 2.5, 5, 10] as const;

/** The smallest round number that everything fits below: 1, 2, 2.5 or 5 times a power of ten; 1 where all is nothing. */
export function roundTop(highest: number): number {
  if (highest <= 0 || !Number.isFinite(highest)) return 1;
  const power = 10 ** Math.floor(Math.log10(highest));
  const step = STEPS.find((candidate) => candidate * power >= highest) ?? 10;
  return Number((step * power).toPrecision(3));
}

/** Where an instant lies between two, 0..1. */
export function shareOf(atMs: number, fromMs: number, toMs: number): number {
  return toMs > fromMs ? Math.min(1, Math.max(0, (atMs - fromMs) / (toMs - fromMs))) : 0;
}

const short = (coordinate: number) => Number(coordinate.toFixed(1));

/** An SVG path of the points; it is lifted at gaps, and a point alone becomes a dot. */
export function linePath(points: readonly DrawnPoint[], fromMs: number, toMs: number, top: number): string {
  return points
    .map(({ atMs, value, isAfterGap }, index) => {
      const x = short(shareOf(atMs, fromMs, toMs) * WIDTH);
      const y = short(HEIGHT - Math.min(1, Math.max(0, value / top)) * HEIGHT);
      const isStart = index === 0 || isAfterGap;
      const isAlone = isStart && (index === points.length - 1 || points[index + 1]?.isAfterGap);
      return `${isStart ? "M" : "L"}${x} ${y}${isAlone ? "h0" : ""}`;
    })
    .join("");
}

/** Of a line's path only the points that stand alone, which a thin line would not show. */
export function dotsOf(path: string): string {
  return path.match(/M[^ML]*h0/g)?.join("") ?? "";
}

/** The point nearest to a place on the drawing, or null where there is none. @param share  0..1 from left to right */
export function nearestTo<P extends { readonly atMs: number }>(
  points: readonly P[],
  share: number,
  fromMs: number,
  toMs: number,
): P | null {
  const atMs = fromMs + share * (toMs - fromMs);
  return points.reduce<P | null>(
    (best, point) => (best === null || Math.abs(point.atMs - atMs) < Math.abs(best.atMs - atMs) ? point : best),
    null,
  );
}
