/** One figure with its interval at a place of the plot; all 0..1, from the left and from below. */
export interface PlotPoint {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  /** How large the mark is, 0..1. */
  readonly weight: number;
}

interface IntervalPlotProps {
  readonly points: readonly PlotPoint[];
  readonly label: string;
  /** A reference that the points are held against: the diagonal, or a level from below. */
  readonly reference: "diagonal" | number;
  readonly isJoined?: boolean;
  readonly ends: { readonly bottom: string; readonly top: string; readonly left: string; readonly right: string };
}

const [WIDTH, HEIGHT, EDGE] = [420, 230, 50];
const placeX = (share: number) => EDGE + share * (WIDTH - EDGE - 8);
const placeY = (share: number) => HEIGHT - EDGE + 10 - share * (HEIGHT - EDGE - 2);

/** Figures with their intervals, drawn small; a table beside it says the same to those who do not see it. */
export function IntervalPlot({ points, label, reference, isJoined = false, ends }: IntervalPlotProps) {
  const [from, to] = reference === "diagonal" ? [0, 1] : [reference, reference];
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="mx-auto h-auto w-full max-w-lg">
      <rect
        x={placeX(0)}
        y={placeY(1)}
        width={placeX(1) - placeX(0)}
        height={placeY(0) - placeY(1)}
        className="fill-none stroke-hairline"
      />
      <line x1={placeX(0)} y1={placeY(from)} x2={placeX(1)} y2={placeY(to)} strokeDasharray="4 4" className="stroke-control" />
      {isJoined ? (
        <polyline
          points={points.map(({ x, y }) => `${placeX(x)},${placeY(y)}`).join(" ")}
          className="fill-none stroke-accent"
          strokeWidth="1.5"
        />
      ) : null}
      {points.map(({ key, x, y, low, high, weight }) => (
        <g key={key}>
          <line
            x1={placeX(x)}
            x2={placeX(x)}
            y1={placeY(low)}
            y2={placeY(high)}
            className="stroke-accent"
            strokeWidth="1.5"
            opacity="0.55"
          />
          <circle cx={placeX(x)} cy={placeY(y)} r={2.5 + 4 * weight} className="fill-accent" />
        </g>
      ))}
      <g className="fill-muted text-[13px]">
        <text x={placeX(0) - 5} y={placeY(0)} textAnchor="end">
          {ends.bottom}
        </text>
        <text x={placeX(0) - 5} y={placeY(1) + 11} textAnchor="end">
          {ends.top}
        </text>
        <text x={placeX(0)} y={HEIGHT - 6}>
          {ends.left}
        </text>
        <text x={placeX(1)} y={HEIGHT - 6} textAnchor="end">
          {ends.right}
        </text>
      </g>
    </svg>
  );
}
