"use client";

import type { PointerEvent } from "react";
import { type DrawnPoint, dotsOf, HEIGHT, linePath, shareOf, WIDTH } from "./series-geometry";

const GRID = [0, 0.5, 1] as const;
const PIXELS = 120;

interface LineDrawingProps {
  readonly label: string;
  readonly points: readonly (DrawnPoint & { readonly max: number })[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Where the scale ends, and how that is written. */
  readonly top: number;
  readonly topText: string;
  /** The instant that is pointed at, or null. */
  readonly pointedMs: number | null;
  /** Where a finger or a pointer is, 0..1 from left to right; null when it left. */
  onPoint(share: number | null): void;
}

/** The line itself, with the highest of each step dashed above it. */
export function LineDrawing({ label, points, fromMs, toMs, top, topText, pointedMs, onPoint }: LineDrawingProps) {
  const line = linePath(points, fromMs, toMs, top);
  const highest = linePath(
    points.map((each) => ({ ...each, value: each.max })),
    fromMs,
    toMs,
    top,
  );
  const point = ({ clientX, currentTarget }: PointerEvent<SVGSVGElement>) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    onPoint(width > 0 ? Math.min(1, Math.max(0, (clientX - left) / width)) : null);
  };
  const shared = { vectorEffect: "non-scaling-stroke", strokeLinecap: "round", strokeLinejoin: "round" } as const;
  return (
    <svg
      role="img"
      aria-label={label}
      width="100%"
      height={PIXELS}
      className="mt-2 block touch-pan-y overflow-visible"
      onPointerMove={point}
      onPointerLeave={() => onPoint(null)}
    >
      {GRID.map((share) => (
        <line key={share} x1="0" x2="100%" y1={PIXELS - share * PIXELS} y2={PIXELS - share * PIXELS} className="stroke-hairline" />
      ))}
      <svg aria-hidden="true" width="100%" height={PIXELS} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" overflow="visible">
        <path d={highest} className="fill-none stroke-control" strokeWidth="1" strokeDasharray="3 3" vectorEffect="non-scaling-stroke" />
        <path d={line} className="live-data fill-none stroke-accent" strokeWidth="2" {...shared} />
        <path d={dotsOf(line)} className="live-data fill-none stroke-accent" strokeWidth="6" {...shared} />
      </svg>
      {pointedMs === null ? null : <Crosshair share={shareOf(pointedMs, fromMs, toMs)} />}
      <text x="0" y="11" className="fill-muted text-xs">
        {topText}
      </text>
    </svg>
  );
}

function Crosshair({ share }: { share: number }) {
  const x = `${(share * 100).toFixed(2)}%`;
  return <line x1={x} x2={x} y1="0" y2={PIXELS} className="stroke-ink" strokeDasharray="2 2" />;
}
