"use client";

import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import { useLiveRead } from "../../live/use-live-read";
import { TimeSeries } from "../../series/time-series";
import type { Measure, SeriesItem } from "./items";

/** Roll-ups are made once a minute. */
const EVERY_MS = 60_000;

interface MeasuresProps {
  readonly renderedAt: string;
  readonly pluginHref: string;
  readonly range: string;
  readonly ranges: readonly string[];
  readonly measures: readonly Measure[];
}

/** What a plugin said of itself over time; the address holds how far back. */
export function Measures({ renderedAt, pluginHref, range, ranges, measures }: MeasuresProps) {
  const t = useTranslations("plugin");
  return (
    <section aria-labelledby="measures" className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id="measures" className="text-lg font-semibold">
          {t("measures")}
        </h2>
        <nav aria-label={t("range")} className="flex overflow-hidden rounded-md border border-control">
          {ranges.map((each) => (
            <Link
              key={each}
              href={`${pluginHref}?range=${each}`}
              scroll={false}
              aria-current={each === range ? "true" : undefined}
              className="inline-flex min-h-11 items-center border-r border-control px-3 text-sm last:border-r-0 hover:bg-raised aria-[current]:bg-accent-wash aria-[current]:font-semibold sm:min-h-9"
            >
              {t(`ranges.${each as "1h"}`)}
            </Link>
          ))}
        </nav>
      </div>
      <div className="grid gap-3 md:grid-cols-2">
        {measures.map((measure) => (
          <Drawn key={measure.url} measure={measure} renderedAt={renderedAt} />
        ))}
      </div>
    </section>
  );
}

function Drawn({ measure, renderedAt }: { measure: Measure; renderedAt: string }) {
  const t = useTranslations("plugin.measure");
  const format = useFormatter();
  const { data } = useLiveRead<SeriesItem>("series", measure.url, measure.series, renderedAt, { everyMs: EVERY_MS });
  const write = (value: number) => {
    if (measure.metric === "webhook_fail_rate") return format.number(value, { style: "percent", maximumFractionDigits: 1 });
    const figure = format.number(value, { maximumFractionDigits: 1 });
    return measure.metric === "latency_p95_ms" ? `${figure} ms` : figure;
  };
  return <TimeSeries title={t(measure.metric)} series={data} write={write} />;
}
