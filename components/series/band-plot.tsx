"use client";

import "uplot/dist/uPlot.min.css";
import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import { type AlignedSeries, alignSeries, type BandPoint, type MeanPoint, scaleOf } from "./aligned-series";
import { type PlotColours, readColours, watchTheme } from "./plot-colours";

const HEIGHT = 280;
const SCORE_HEIGHT = 68;
/** Both drawings keep their values' axis as wide, so that instants stand below each other. */
const AXIS_WIDTH = 64;
const PADDING: uPlot.Padding = [8, 16, 0, 0];
const DAY_SECONDS = 86_400;
const FONT = '12px "Inter Variable", system-ui, sans-serif';

export interface BandPlotProps {
  /** Says in words what the drawing shows. */
  readonly label: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: readonly BandPoint[];
  readonly means: readonly MeanPoint[];
  /** Stretches in which something was raised. */
  readonly raised: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** Instants at which incidents were opened. */
  readonly marks: readonly number[];
  /** Whether how new each point looked is drawn below; left out it is. */
  readonly hasScore?: boolean;
  readonly locale: string;
  readonly timeZone: string;
  write(value: number): string;
  /** The instant that is pointed at, epoch ms; null when the pointer left. */
  onPoint(atMs: number | null): void;
}

type Draw = (plot: uPlot) => void;

/** Stretches in which something was raised lie behind everything. */
function washes({ raised }: BandPlotProps, colours: PlotColours): Draw {
  return (plot) => {
    const { left, top, width, height } = plot.bbox;
    plot.ctx.fillStyle = colours.wash;
    for (const { fromMs, toMs } of raised) {
      const begin = Math.max(left, plot.valToPos(fromMs / 1_000, "x", true));
      const end = Math.min(left + width, plot.valToPos(toMs / 1_000, "x", true));
      if (end >= begin) plot.ctx.fillRect(begin, top, Math.max(2, end - begin), height);
    }
  };
}

/** A flag where an incident was opened: form, not colour alone. */
function flags({ marks }: BandPlotProps, colours: PlotColours): Draw {
  return (plot) => {
    const { top, height } = plot.bbox;
    const size = 9 * devicePixelRatio;
    const { ctx } = plot;
    ctx.save();
    ctx.strokeStyle = colours.ink;
    ctx.fillStyle = colours.ink;
    ctx.lineWidth = devicePixelRatio;
    for (const mark of marks) {
      const x = plot.valToPos(mark / 1_000, "x", true);
      ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
      ctx.beginPath();
      ctx.moveTo(x, top);
      ctx.lineTo(x, top + height);
      ctx.stroke();
      ctx.beginPath();
      ctx.moveTo(x, top);
      ctx.lineTo(x + size, top + size / 2);
      ctx.lineTo(x, top + size);
      ctx.fill();
    }
    ctx.restore();
  };
}

/** Writes instants below the drawing: days where there are several, else the time of day. */
function instantWriter({ fromMs, toMs, locale, timeZone }: BandPlotProps) {
  const isLong = (toMs - fromMs) / 1_000 > DAY_SECONDS;
  const format = new Intl.DateTimeFormat(
    locale,
    isLong ? { day: "numeric", month: "short", timeZone } : { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone },
  );
  return (_plot: uPlot, splits: number[]) => splits.map((seconds) => format.format(new Date(seconds * 1_000)));
}

function sharedOptions(props: BandPlotProps, colours: PlotColours, width: number) {
  const axis = { stroke: colours.muted, font: FONT, grid: { stroke: colours.hairline, width: 1 }, ticks: { show: false } };
  return {
    width,
    padding: PADDING,
    axis,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, sync: { key: "stream" }, points: { show: false } },
    tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1_000), props.timeZone),
    x: { time: true, range: (): [number, number] => [props.fromMs / 1_000, props.toMs / 1_000] },
  };
}

/** The beats over the band in which they were expected. */
function bandOptions(props: BandPlotProps, colours: PlotColours, width: number): uPlot.Options {
  const { axis, x, ...shared } = sharedOptions(props, colours, width);
  const [least, most] = scaleOf(props.points, props.means);
  const edge = { stroke: colours.control, width: 1, points: { show: false } };
  return {
    ...shared,
    height: HEIGHT,
    scales: { x, y: { range: () => [least, most] } },
    axes: [
      { ...axis, values: instantWriter(props), space: 76, size: 30 },
      { ...axis, size: AXIS_WIDTH, values: (_plot, splits) => splits.map((value) => props.write(value)) },
    ],
    series: [
      {},
      edge,
      edge,
      { stroke: colours.control, width: 1, dash: [5, 4], points: { show: false } },
      { stroke: colours.accent, width: 2, points: { show: props.points.length < 90, size: 5, fill: colours.accent } },
      { width: 0, points: { show: true, size: 8, fill: colours.danger, stroke: colours.danger } },
    ],
    bands: [{ series: [2, 1], fill: colours.band }],
    hooks: {
      drawClear: [washes(props, colours)],
      draw: [flags(props, colours)],
      setCursor: [
        (plot) => {
          const { idx } = plot.cursor;
          const seconds = idx === null || idx === undefined ? undefined : plot.data[0][idx];
          props.onPoint(seconds === undefined ? null : seconds * 1_000);
        },
      ],
    },
  };
}

/** How new each point looked, below the same instants. */
function scoreOptions(props: BandPlotProps, colours: PlotColours, width: number): uPlot.Options {
  const { axis, x, ...shared } = sharedOptions(props, colours, width);
  return {
    ...shared,
    height: SCORE_HEIGHT,
    padding: [8, 16, 10, 0],
    scales: { x, y: { range: () => [0, 1] } },
    axes: [
      { ...axis, show: false },
      { ...axis, size: AXIS_WIDTH, splits: () => [0, 0.5, 1], values: () => ["0", "", "1"] },
    ],
    series: [{}, { stroke: colours.ink, width: 1, fill: colours.control, points: { show: false } }],
  };
}

function drawBoth(host: HTMLElement, props: BandPlotProps, aligned: AlignedSeries): uPlot[] {
  const colours = readColours(host);
  const { seconds, low, high, mean, value, raised, score } = aligned;
  const width = host.clientWidth;
  const band = new uPlot(bandOptions(props, colours, width), [seconds, low, high, mean, value, raised], host);
  return props.hasScore === false ? [band] : [band, new uPlot(scoreOptions(props, colours, width), [seconds, score], host)];
}

/**
 * A stream over the band in which it was expected, and below it how new it looked. The only file that knows uPlot; it is loaded
 * when a stream is looked at. What it shows stands beside it as a table.
 */
export default function BandPlot(props: BandPlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const newest = useRef(props);
  const [theme, setTheme] = useState(0);
  useEffect(() => {
    newest.current = props;
  });
  useEffect(() => watchTheme(() => setTheme((count) => count + 1)), []);
  const { points, means, raised, marks, hasScore, fromMs, toMs, locale, timeZone } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new theme draws anew; the callbacks are read when they are needed
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const late = { write: (value: number) => newest.current.write(value), onPoint: (at: number | null) => newest.current.onPoint(at) };
    const told = { label: "", points, means, raised, marks, hasScore, fromMs, toMs, locale, timeZone, ...late };
    const plots = drawBoth(element, told, alignSeries(points, means));
    const resized = new ResizeObserver(() => {
      for (const plot of plots) if (element.clientWidth > 0) plot.setSize({ width: element.clientWidth, height: plot.height });
    });
    resized.observe(element);
    return () => {
      resized.disconnect();
      for (const plot of plots) plot.destroy();
    };
  }, [points, means, raised, marks, hasScore, fromMs, toMs, locale, timeZone, theme]);
  return <div ref={host} role="img" aria-label={props.label} className="live-data min-w-0 touch-pan-y overflow-hidden" />;
}
