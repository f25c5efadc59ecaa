"use client";

import dynamic from "next/dynamic";
import { useFormatter, useLocale, useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import type { IncidentSeries as Series } from "@/lib/modules/streams/queries-incident-series";
import { Card } from "../../ui/card";
import { AbsoluteTime } from "../../ui/relative-time";
import { useTimeZone } from "../../ui/time-zone";

/** In the final geometry, so that nothing moves when the drawing arrives. */
function Waiting() {
  return <div aria-hidden="true" className="skeleton-late skeleton-block h-[348px]" />;
}

const BandPlot = dynamic(() => import("../../series/band-plot"), { ssr: false, loading: Waiting });
const SHARES: ReadonlySet<string> = new Set(["error_rate", "unbilled_share"]);

/** How figures of a measure are written. */
function useWriter({ measure }: Series): (value: number) => string {
  const format = useFormatter();
  if (SHARES.has(measure)) return (value) => format.number(value, { style: "percent", maximumFractionDigits: 1 });
  const isTime = measure.startsWith("latency");
  return (value) => `${format.number(value, { maximumFractionDigits: value < 10 ? 1 : 0 })}${isTime ? " ms" : ""}`;
}

function drawnOf({ points, from, to, opened_at, resolved_at }: Series) {
  return {
    fromMs: Date.parse(from),
    toMs: Date.parse(to),
    points: points.map(({ at, value, low, high, raised, after_gap }) => ({
      ...{ atMs: Date.parse(at), value, low, high, score: 0, isRaised: raised, isAfterGap: after_gap },
    })),
    means: [],
    raised: [{ fromMs: Date.parse(opened_at), toMs: Date.parse(resolved_at ?? to) }],
    marks: [Date.parse(opened_at)],
  };
}

/** What the detectors spoke of: the measure over the band in which they expected it, and the same as a table. */
export function IncidentSeries({ series }: { series: Series }) {
  const t = useTranslations("moduleIncidents.series");
  const locale = useLocale();
  const { timeZone } = useTimeZone();
  const [pointedMs, setPointedMs] = useState<number | null>(null);
  const drawn = useMemo(() => drawnOf(series), [series]);
  const write = useWriter(series);
  const title = t(`measure.${series.measure}`);
  const told = (pointedMs === null ? null : series.points.findLast(({ at }) => Date.parse(at) <= pointedMs)) ?? series.points.at(-1);
  const outside = series.points.filter(({ raised }) => raised).length;
  return (
    <Card labelId="series" title={title}>
      <div className="grid gap-2 px-4 py-3">
        <p className="live-dim min-h-5 text-sm text-muted">
          {told ? (
            <>
              <AbsoluteTime at={told.at} /> · <span className="font-semibold text-ink">{write(told.value)}</span>
              {told.low === null || told.high === null ? null : ` · ${t("expected", { low: write(told.low), high: write(told.high) })}`}
            </>
          ) : (
            t("nothing")
          )}
        </p>
        {told ? (
          <BandPlot
            {...drawn}
            hasScore={false}
            label={t("label", { title, count: series.points.length, outside })}
            {...{ locale, timeZone, write }}
            onPoint={setPointedMs}
          />
        ) : null}
        <p className="text-xs text-muted">{t("legend")}</p>
      </div>
      <SeriesTwin series={series} title={title} write={write} />
    </Card>
  );
}

const COLUMNS = ["at", "value", "band", "state"] as const;

/** What the drawing shows, as a table, newest first. */
function SeriesTwin({ series, title, write }: { series: Series; title: string; write(value: number): string }) {
  const t = useTranslations("moduleIncidents.series");
  const [isOpen, setIsOpen] = useState(false);
  if (series.points.length === 0) return null;
  return (
    <details className="border-t border-hairline px-4 py-2" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className="min-h-7 content-center text-sm font-medium text-accent">{t("table", { count: series.points.length })}</summary>
      {isOpen ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
        <section aria-label={title} tabIndex={0} className="mt-2 max-h-96 overflow-auto rounded-md border border-hairline">
          <table className="w-full text-sm">
            <caption className="sr-only">{title}</caption>
            <thead className="sticky top-0 bg-panel text-left text-muted">
              <tr>
                {COLUMNS.map((column) => (
                  <th key={column} scope="col" className="px-3 py-1.5 font-medium whitespace-nowrap">
                    {t(`column.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="divide-y divide-hairline">
              {series.points.toReversed().map(({ at, value, low, high, raised }) => (
                <tr key={at}>
                  <th scope="row" className="px-3 py-1 text-left font-normal whitespace-nowrap">
                    <AbsoluteTime at={at} />
                  </th>
                  <td className="px-3 py-1 whitespace-nowrap">{write(value)}</td>
                  <td className="px-3 py-1 whitespace-nowrap">{low === null || high === null ? "–" : `${write(low)} – ${write(high)}`}</td>
                  <td className="px-3 py-1 whitespace-nowrap">{raised ? t("outside") : "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
    </details>
  );
}
