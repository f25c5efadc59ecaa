/** One point of a series: `atMs` since 1970, `value` what the line shows. */
export interface Point {
  readonly atMs: number;
  readonly value: number;
}

/** Twice the area of the triangle of three points: how much the middle one says. */
function area(a: Point, b: Point, c: { atMs: number; value: number }): number {
  return Math.abs((a.atMs - c.atMs) * (b.value - a.value) - (a.atMs - b.atMs) * (c.value - a.value));
}

function middleOf(points: readonly Point[]): Point {
  const sum = points.reduce((total, { atMs, value }) => ({ atMs: total.atMs + atMs, value: total.value + value }), { atMs: 0, value: 0 });
  return { atMs: sum.atMs / points.length, value: sum.value / points.length };
}

/**
 * Thins a series out to what an eye would still see: of each of `most - 2` equal stretches the point that spans the largest triangle with
 * the one chosen before and the middle of the stretch that follows. First and last stay, and every chosen point is one that was there.
 *
 * @param points  in order of time
 * @param most    at least 3
 * @returns the points themselves when they are not more than `most`
 * @throws RangeError for fewer than 3
 * Source: Steinarsson (2013), Downsampling Time Series for Visual Representation, LTTB.
 */
export function downsample<P extends Point>(points: readonly P[], most: number): readonly P[] {
  if (most < 3) throw new RangeError("a line keeps at least its ends and one point between");
  const first = points[0];
  const last = points.at(-1);
  if (points.length <= most || !first || !last) return points;
  const stretch = (points.length - 2) / (most - 2);
  const edge = (index: number) => 1 + Math.floor(index * stretch);
  const chosen: P[] = [first];
  let previous: P = first;
  for (let index = 0; index < most - 2; index += 1) {
    const following = points.slice(edge(index + 1), Math.min(points.length, edge(index + 2)));
    const next = middleOf(following.length > 0 ? following : [last]);
    const here = points.slice(edge(index), edge(index + 1));
    const anchor = previous;
    previous = here.reduce((best, point) => (area(anchor, point, next) > area(anchor, best, next) ? point : best), here[0] ?? last);
    chosen.push(previous);
  }
  return [...chosen, last];
}
