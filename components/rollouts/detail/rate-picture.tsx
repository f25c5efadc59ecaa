interface RatePictureProps {
  readonly arms: readonly {
    readonly key: string;
    readonly label: string;
    readonly rate: number | null;
    readonly low: number;
    readonly high: number;
  }[];
  readonly label: string;
}

const [WIDTH, ROW, LEFT, RIGHT] = [360, 30, 96, 12];

/** Failure shares with their intervals, one above the other on one scale; the table below says the same in figures. */
export function RatePicture({ arms, label }: RatePictureProps) {
  const top = Math.min(1, Math.max(0.05, ...arms.filter(({ rate }) => rate !== null).map(({ high }) => high)) * 1.1);
  const place = (share: number) => LEFT + (Math.min(top, share) / top) * (WIDTH - LEFT - RIGHT);
  const bottom = arms.length * ROW + 6;
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${WIDTH} ${bottom + 18}`} className="h-auto w-full max-w-lg">
      <line x1={LEFT} x2={WIDTH - RIGHT} y1={bottom} y2={bottom} className="stroke-control" />
      {arms.map(({ key, label: name, rate, low, high }, index) => {
        const y = index * ROW + ROW / 2 + 4;
        return (
          <g key={key}>
            <text x={LEFT - 8} y={y + 4} textAnchor="end" className="fill-ink text-[12px]">
              {name}
            </text>
            {rate === null ? null : (
              <>
                <line
                  x1={place(low)}
                  x2={place(high)}
                  y1={y}
                  y2={y}
                  strokeWidth="3"
                  className={index === 0 ? "stroke-accent" : "stroke-muted"}
                />
                {index === 0 ? (
                  <circle cx={place(rate)} cy={y} r="5" className="fill-accent" />
                ) : (
                  <rect x={place(rate) - 4.5} y={y - 4.5} width="9" height="9" className="fill-muted" />
                )}
              </>
            )}
          </g>
        );
      })}
      <g className="fill-muted text-[11px]">
        <text x={LEFT} y={bottom + 14}>
          0 %
        </text>
        <text x={WIDTH - RIGHT} y={bottom + 14} textAnchor="end">
          {Math.round(top * 1_000) / 10} %
        </text>
      </g>
    </svg>
  );
}
