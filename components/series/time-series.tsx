"use client";

import { useFormatter, useTranslations } from "next-intl";
import { type PointerEvent, type ReactNode, useId, useState } from "react";
import { useTimeZone } from "../ui/time-zone";
import { HEIGHT, linePath, nearestTo, roundTop, shareOf, WIDTH } from "./series-geometry";
import { SeriesTable } from "./series-table";

/** One measure over time; times in RFC 3339. */
export interface DrawnSeries {
  readonly from: string;
  readonly to: string;
  readonly is_thinned: boolean;
  readonly points: readonly { readonly at: string; readonly value: number; readonly max: number | null; readonly after_gap: boolean }[];
}

interface TimeSeriesProps {
  readonly title: string;
  readonly series: DrawnSeries;
  /** Writes a value with its unit. */
  write(value: number): string;
  readonly children?: ReactNode;
}

const GRID = [0, 0.5, 1] as const;
const TICKS = [0, 1 / 3, 2 / 3, 1] as const;
const DAY_MS = 86_400_000;

/** A measure as a line with its highest above it; the same as a table for who does not see it or wants the figures. */
export function TimeSeries({ title, series, write, children }: TimeSeriesProps) {
  const t = useTranslations("series");
  const titleId = useId();
  const format = useFormatter();
  const { timeZone } = useTimeZone();
  const [pointed, setPointed] = useState<number | null>(null);
  const [fromMs, toMs] = [Date.parse(series.from), Date.parse(series.to)];
  const points = series.points.map(({ at, value, max, after_gap }) => ({
    at,
    atMs: Date.parse(at),
    value,
    max: max ?? value,
    isAfterGap: after_gap,
  }));
  const highest = points.reduce((most, { max }) => Math.max(most, max), 0);
  const top = roundTop(highest);
  const newest = points.at(-1);
  const shown = pointed === null ? null : nearestTo(points, pointed, fromMs, toMs);
  const told = shown ?? newest;
  const moment = (at: string | number) =>
    format.dateTime(new Date(at), { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
  const tick = (share: number) => {
    const at = new Date(fromMs + share * (toMs - fromMs));
    return toMs - fromMs > DAY_MS
      ? format.dateTime(at, { day: "numeric", month: "short", timeZone })
      : format.dateTime(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
  };
  const point = ({ clientX, currentTarget }: PointerEvent<SVGSVGElement>) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    setPointed(width > 0 ? Math.min(1, Math.max(0, (clientX - left) / width)) : null);
  };
  return (
    <section aria-labelledby={titleId} className="min-w-0 rounded-lg border border-hairline bg-panel p-4">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <h3 id={titleId} className="font-semibold">
          {title}
        </h3>
        <p className="live-dim text-sm text-muted">
          {told ? (
            <>
              <span className="font-semibold text-ink">{write(told.value)}</span>
              {told.max > told.value ? ` (${t("highest", { value: write(told.max) })})` : ""} · {moment(told.at)}
            </>
          ) : (
            t("nothing")
          )}
        </p>
      </div>
      <svg
        role="img"
        aria-label={
          newest ? t("summary", { title, newest: write(newest.value), highest: write(highest), count: points.length }) : t("nothing")
        }
        width="100%"
        height="120"
        className="mt-2 block touch-pan-y overflow-visible"
        onPointerMove={point}
        onPointerLeave={() => setPointed(null)}
      >
        {GRID.map((share) => (
          <line key={share} x1="0" x2="100%" y1={120 - share * 120} y2={120 - share * 120} className="stroke-hairline" />
        ))}
        <svg aria-hidden="true" width="100%" height="120" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" overflow="visible">
          <path
            d={linePath(
              points.map((each) => ({ ...each, value: each.max })),
              fromMs,
              toMs,
              top,
            )}
            className="fill-none stroke-control"
            strokeWidth="1"
            strokeDasharray="3 3"
            vectorEffect="non-scaling-stroke"
          />
          <path
            d={linePath(points, fromMs, toMs, top)}
            className="live-data fill-none stroke-accent"
            strokeWidth="2"
            strokeLinecap="round"
            strokeLinejoin="round"
            vectorEffect="non-scaling-stroke"
          />
        </svg>
        {shown ? <Crosshair share={shareOf(shown.atMs, fromMs, toMs)} /> : null}
        <text x="0" y="11" className="fill-muted text-xs">
          {write(top)}
        </text>
      </svg>
      <div aria-hidden="true" className="mt-1 flex justify-between text-xs text-muted">
        {TICKS.map((share) => (
          <span key={share}>{tick(share)}</span>
        ))}
      </div>
      {children}
      <SeriesTable title={title} series={series} write={write} moment={moment} />
    </section>
  );
}

function Crosshair({ share }: { share: number }) {
  const x = `${(share * 100).toFixed(2)}%`;
  return <line x1={x} x2={x} y1="0" y2="120" className="stroke-ink" strokeDasharray="2 2" />;
}
