"use client";

import { useFormatter, useTranslations } from "next-intl";
import { useState } from "react";
import type { StreamView } from "@/lib/telemetry/watched/queries-stream";
import { AbsoluteTime } from "../../ui/relative-time";
import { metricWriter, type StreamName } from "./write-metric";

const COLUMNS = ["at", "value", "expected", "score", "state"] as const;

/** What the drawing shows, as a table: for who does not see it, and for who wants the figures. */
export function StreamTable({ view, title }: { view: StreamView; title: string }) {
  const t = useTranslations("stream.table");
  const format = useFormatter();
  const [isOpen, setIsOpen] = useState(false);
  const write = metricWriter(view.metric as StreamName, format);
  if (view.points.length === 0) return null;
  return (
    <details className="border-t border-hairline px-4 py-2" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className="min-h-7 content-center text-sm font-medium text-accent">{t("title", { count: view.points.length })}</summary>
      {isOpen ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
        <section aria-label={title} tabIndex={0} className="mt-2 max-h-96 overflow-auto rounded-md border border-hairline">
          <table className="w-full text-sm">
            <caption className="sr-only">{title}</caption>
            <thead className="sticky top-0 bg-panel text-left text-muted">
              <tr>
                {COLUMNS.map((column) => (
                  <th key={column} scope="col" className="px-3 py-1.5 font-medium whitespace-nowrap">
                    {t(column)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="divide-y divide-hairline">
              {view.points.toReversed().map(({ at, value, low, high, score, raised }) => (
                <tr key={at}>
                  <th scope="row" className="px-3 py-1 text-left font-normal whitespace-nowrap">
                    <AbsoluteTime at={at} />
                  </th>
                  <td className="px-3 py-1 whitespace-nowrap">{write(value)}</td>
                  <td className="px-3 py-1 whitespace-nowrap">
                    {low === null || high === null ? t("nothing") : `${write(low)} – ${write(high)}`}
                  </td>
                  <td className="px-3 py-1">{format.number(score, { maximumFractionDigits: 2 })}</td>
                  <td className="px-3 py-1 whitespace-nowrap">{raised ? t("raised") : "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
      {view.is_thinned ? <p className="mt-1 text-sm text-muted">{t("thinned")}</p> : null}
    </details>
  );
}
