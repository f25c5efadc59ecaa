"use client";

import dynamic from "next/dynamic";
import { useFormatter, useLocale, useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import type { StreamView } from "@/lib/telemetry/watched/queries-stream";
import { AbsoluteTime } from "../../ui/relative-time";
import { useTimeZone } from "../../ui/time-zone";
import { metricWriter, type StreamName } from "./write-metric";

/** In the final geometry, so that nothing moves when the drawing arrives. */
function Waiting() {
  return <div aria-hidden="true" className="skeleton-late skeleton-block h-[348px]" />;
}

const BandPlot = dynamic(() => import("../../series/band-plot"), { ssr: false, loading: Waiting });

function drawnOf({ points, rollups, findings, incidents, from, to }: StreamView) {
  return {
    fromMs: Date.parse(from),
    toMs: Date.parse(to),
    points: points.map(({ at, value, low, high, score, raised, after_gap }) => ({
      atMs: Date.parse(at),
      value,
      low,
      high,
      score,
      isRaised: raised,
      isAfterGap: after_gap,
    })),
    means: rollups.points.map(({ at, value, after_gap }) => ({ atMs: Date.parse(at), value, isAfterGap: after_gap })),
    raised: findings.map((finding) => ({ fromMs: Date.parse(finding.from), toMs: Date.parse(finding.to ?? to) })),
    marks: incidents.map(({ opened_at }) => Date.parse(opened_at)),
  };
}

/** The stream over its band, with what is pointed at told above it. */
export function StreamDrawing({ view, label }: { view: StreamView; label: string }) {
  const t = useTranslations("stream");
  const format = useFormatter();
  const locale = useLocale();
  const { timeZone } = useTimeZone();
  const [pointedMs, setPointedMs] = useState<number | null>(null);
  const drawn = useMemo(() => drawnOf(view), [view]);
  const write = metricWriter(view.metric as StreamName, format);
  const pointed = pointedMs === null ? null : view.points.findLast(({ at }) => Date.parse(at) <= pointedMs);
  const told = pointed ?? view.points.at(-1);
  return (
    <div className="grid gap-2 px-4 py-3">
      <p className="live-dim min-h-5 text-sm text-muted">
        {told ? (
          <>
            <AbsoluteTime at={told.at} /> · <span className="font-semibold text-ink">{write(told.value)}</span>
            {told.low === null || told.high === null ? null : ` · ${t("expectedShort", { low: write(told.low), high: write(told.high) })}`}
            {` · ${t("scoreShort", { score: format.number(told.score, { maximumFractionDigits: 2 }) })}`}
          </>
        ) : null}
      </p>
      <BandPlot {...drawn} label={label} locale={locale} timeZone={timeZone} write={write} onPoint={setPointedMs} />
      <Legend hasMeans={view.rollups.points.length > 0} stepSeconds={view.rollups.step_seconds} />
    </div>
  );
}

/** What each mark of the drawing means: each has a form of its own besides its colour. */
function Legend({ hasMeans, stepSeconds }: { hasMeans: boolean; stepSeconds: number }) {
  const t = useTranslations("stream.legend");
  const step = stepSeconds < 3_600 ? t("minutes", { count: stepSeconds / 60 }) : t("hours", { count: stepSeconds / 3_600 });
  return (
    <ul className="flex flex-wrap gap-x-5 gap-y-1 text-xs text-muted">
      <Item text={t("value")}>
        <line x1="0" x2="20" y1="6" y2="6" className="stroke-accent" strokeWidth="2" />
      </Item>
      <Item text={t("expected")}>
        <rect width="20" height="11" y="0.5" className="fill-accent-wash stroke-control" />
      </Item>
      {hasMeans ? (
        <Item text={t("mean", { step })}>
          <line x1="0" x2="20" y1="6" y2="6" className="stroke-control" strokeDasharray="5 4" />
        </Item>
      ) : null}
      <Item text={t("raised")}>
        <rect width="20" height="12" className="fill-danger-wash" />
        <circle cx="10" cy="6" r="4" className="fill-danger" />
      </Item>
      <Item text={t("incident")}>
        <line x1="6" x2="6" y1="0" y2="12" className="stroke-ink" strokeDasharray="3 3" />
        <path d="M6 0l9 4.5L6 9z" className="fill-ink" />
      </Item>
      <Item text={t("score")}>
        <rect width="20" height="7" y="5" className="fill-control" />
      </Item>
    </ul>
  );
}

function Item({ text, children }: { text: string; children: React.ReactNode }) {
  return (
    <li className="inline-flex items-center gap-1.5">
      <svg aria-hidden="true" width="20" height="12" viewBox="0 0 20 12">
        {children}
      </svg>
      {text}
    </li>
  );
}
