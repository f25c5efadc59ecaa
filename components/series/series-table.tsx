"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import type { DrawnSeries } from "./drawn-series";

interface SeriesTableProps {
  readonly title: string;
  readonly series: DrawnSeries;
  write(value: number): string;
  moment(at: string): string;
}

/** The drawing's twin, newest first; it is made only once somebody opens it. */
export function SeriesTable({ title, series, write, moment }: SeriesTableProps) {
  const t = useTranslations("series");
  const [isOpen, setIsOpen] = useState(false);
  if (series.points.length === 0) return null;
  return (
    <details className="mt-2" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className="min-h-7 content-center text-sm font-medium text-accent">{t("table")}</summary>
      {isOpen ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section aria-label={title} tabIndex={0} className="mt-2 max-h-64 overflow-y-auto rounded-md border border-hairline">
          <table className="w-full text-sm">
            <caption className="sr-only">{title}</caption>
            <thead className="sticky top-0 bg-panel text-left text-muted">
              <tr>
                {(["from", "value", "max"] as const).map((column) => (
                  <th key={column} scope="col" className="px-3 py-1.5 font-medium">
                    {t(column)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="divide-y divide-hairline">
              {series.points.toReversed().map(({ at, value, max }) => (
                <tr key={at}>
                  <th scope="row" className="px-3 py-1 text-left font-normal">
                    {moment(at)}
                  </th>
                  <td className="px-3 py-1">{write(value)}</td>
                  <td className="px-3 py-1">{max === null ? "–" : write(max)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
      {series.is_thinned ? <p className="mt-1 text-sm text-muted">{t("thinned")}</p> : null}
    </details>
  );
}
