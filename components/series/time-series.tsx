"use client";

import { useFormatter, useTranslations } from "next-intl";
import { useId, useState } from "react";
import { useTimeZone } from "../ui/time-zone";
import type { DrawnSeries } from "./drawn-series";
import { LineDrawing } from "./line-drawing";
import { nearestTo, roundTop } from "./series-geometry";
import { SeriesTable } from "./series-table";

interface TimeSeriesProps {
  readonly title: string;
  readonly series: DrawnSeries;
  /** Writes a value with its unit. */
  write(value: number): string;
}

function drawnPoints({ points }: DrawnSeries) {
  return points.map(({ at, value, max, after_gap }) => ({ at, atMs: Date.parse(at), value, max: max ?? value, isAfterGap: after_gap }));
}

/** An instant with its day, as titles and tables write it. */
function useMoment(): (at: string) => string {
  const format = useFormatter();
  const { timeZone } = useTimeZone();
  return (at) =>
    format.dateTime(new Date(at), { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
}

/** A measure as a line with its highest above it; the same as a table for who does not see it or wants the figures. */
export function TimeSeries({ title, series, write }: TimeSeriesProps) {
  const t = useTranslations("series");
  const titleId = useId();
  const moment = useMoment();
  const [pointed, setPointed] = useState<number | null>(null);
  const [fromMs, toMs] = [Date.parse(series.from), Date.parse(series.to)];
  const points = drawnPoints(series);
  const highest = points.reduce((most, { max }) => Math.max(most, max), 0);
  const top = roundTop(highest);
  const newest = points.at(-1);
  const shown = pointed === null ? null : nearestTo(points, pointed, fromMs, toMs);
  const told = shown ?? newest;
  const summary = newest
    ? t("summary", { title, newest: write(newest.value), highest: write(highest), count: points.length })
    : t("nothing");
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
      <LineDrawing
        label={summary}
        {...{ points, fromMs, toMs, top }}
        topText={write(top)}
        pointedMs={shown?.atMs ?? null}
        onPoint={setPointed}
      />
      <Ticks fromMs={fromMs} toMs={toMs} />
      <SeriesTable title={title} series={series} write={write} moment={moment} />
    </section>
  );
}

const TICKS = [0, 1 / 3, 2 / 3, 1] as const;
const DAY_MS = 86_400_000;

/** Instants below the line: days where there are several, else the time of day. */
function Ticks({ fromMs, toMs }: { fromMs: number; toMs: number }) {
  const format = useFormatter();
  const { timeZone } = useTimeZone();
  const tick = (share: number) => {
    const at = new Date(fromMs + share * (toMs - fromMs));
    return toMs - fromMs > DAY_MS
      ? format.dateTime(at, { day: "numeric", month: "short", timeZone })
      : format.dateTime(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
  };
  return (
    <div aria-hidden="true" className="mt-1 flex justify-between text-xs text-muted">
      {TICKS.map((share) => (
        <span key={share}>{tick(share)}</span>
      ))}
    </div>
  );
}
