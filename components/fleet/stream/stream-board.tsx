"use client";

import { Download, Pin } from "lucide-react";
import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { StreamView } from "@/lib/telemetry/watched/queries-stream";
import type { PluginItem } from "../../live/items";
import { useLiveRead } from "../../live/use-live-read";
import { buttonClass } from "../../ui/button";
import { Card } from "../../ui/card";
import { ReadProblem } from "../../ui/read-problem";
import { AbsoluteTime, RelativeTime } from "../../ui/relative-time";
import type { PluginLimits } from "../plugin/items";
import { PresenceChip } from "../presence-chip";
import { StreamDrawing } from "./stream-drawing";
import { StreamFindings, StreamIncidents } from "./stream-findings";
import { streamState } from "./stream-state";
import { StreamTable } from "./stream-table";
import { metricWriter, STREAMS, type StreamName, streamHref } from "./write-metric";

/** Beats come every two minutes; the view is rebuilt as often as two of them could have come. */
const EVERY_MS = 60_000;

interface StreamBoardProps {
  readonly renderedAt: string;
  readonly urls: { readonly stream: string; readonly plugin: string; readonly export: string };
  readonly view: StreamView;
  readonly plugin: PluginItem;
  readonly limits: PluginLimits;
  readonly range: string;
  readonly ranges: readonly string[];
  /** The end that the address fixes, RFC 3339; null while it moves with the clock. */
  readonly to: string | null;
}

/** One metric of a plugin as the detectors see it: the verdict, the drawing with its table, what was raised, and from where all this is known. */
export function StreamBoard({ renderedAt, urls, range, ranges, to, limits, ...initial }: StreamBoardProps) {
  const t = useTranslations("stream");
  const metrics = useTranslations("stream.metric");
  const stream = useLiveRead("series", urls.stream, initial.view, renderedAt, { everyMs: EVERY_MS });
  const plugin = useLiveRead("plugins", urls.plugin, initial.plugin, renderedAt);
  const view = stream.data;
  const metric = view.metric as StreamName;
  const title = useTranslations("incident")("headline", { what: metrics(metric), merchant: view.tenant_name });
  const hrefOf = (name: string, of: string = range) => streamHref(view.plugin_id, name, { range: of, to });
  return (
    <div className="grid gap-4">
      <ReadProblem error={stream.error ?? plugin.error} onRetry={() => [stream.retry(), plugin.retry()]} />
      <header className="grid gap-2">
        <Presence plugin={plugin.data} limits={limits} />
        <h1 className="text-xl font-semibold text-balance md:text-2xl">
          {title} <span className="font-mono text-lg font-normal whitespace-nowrap text-muted">{view.plugin_key}</span>
        </h1>
        <Verdict view={view} />
      </header>
      <Card
        labelId="detectors"
        title={t("title")}
        aside={
          <Choices
            label={t("range")}
            choices={ranges.map((each) => [each, t(`ranges.${each as "1h"}`), hrefOf(metric, each)])}
            chosen={range}
          />
        }
      >
        <div className="border-b border-hairline px-4 py-2">
          <Choices label={t("metrics")} choices={STREAMS.map((name) => [name, metrics(name), hrefOf(name)])} chosen={metric} />
        </div>
        <StreamDrawing view={view} label={useSummary(view, title)} />
        <StreamTable view={view} title={title} />
        <div className="flex flex-wrap items-center gap-2 border-t border-hairline px-4 py-3">
          <Link href={streamHref(view.plugin_id, metric, { range, to: to ? null : view.to })} className={buttonClass()} scroll={false}>
            <Pin aria-hidden="true" className="size-4" />
            {to ? t("unpin") : t("pin")}
          </Link>
          <a href={urls.export} download="" className={buttonClass()}>
            <Download aria-hidden="true" className="size-4" />
            {t("csv")}
          </a>
          {to ? <Pinned at={view.to} /> : null}
        </div>
      </Card>
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <StreamFindings view={view} />
        <div className="grid min-w-0 gap-4">
          <StreamIncidents view={view} />
          <Rebuilt view={view} />
        </div>
      </div>
    </div>
  );
}

/** That the address keeps the time that is shown, and where it ends. */
function Pinned({ at }: { at: string }) {
  const t = useTranslations("stream");
  return (
    <p className="text-sm text-muted">
      {t("pinned")} <AbsoluteTime at={at} />
    </p>
  );
}

/** Whether the plugin still reports: a line that stops may be silence. */
function Presence({ plugin, limits }: Pick<StreamBoardProps, "plugin" | "limits">) {
  const { last_seen, status } = plugin;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <PresenceChip lastSeen={last_seen} limits={limits} isRevoked={status === "revoked"} />
      {last_seen ? <RelativeTime at={last_seen} className="live-dim text-sm text-muted" /> : null}
    </div>
  );
}

/** The drawing in one sentence, for who does not see it. */
function useSummary({ points, findings, incidents, metric }: StreamView, title: string): string {
  const t = useTranslations("stream");
  const format = useFormatter();
  const newest = points.at(-1);
  if (!newest) return t("state.silent");
  const write = metricWriter(metric as StreamName, format);
  const highest = write(points.reduce((most, { value }) => Math.max(most, value), newest.value));
  const counts = { findings: findings.length, incidents: incidents.length };
  return t("summary", { title, newest: write(newest.value), highest, ...counts });
}

/** How the stream stands, in a sentence that says why. */
function Verdict({ view }: { view: StreamView }) {
  const t = useTranslations("stream");
  const format = useFormatter();
  const write = metricWriter(view.metric as StreamName, format);
  const state = streamState(view);
  if (state.kind === "raised") {
    return (
      <p className="max-w-prose rounded-md bg-danger-wash px-3 py-2">
        <span className="font-semibold">{t("state.raised")}</span> <AbsoluteTime at={state.since} />. <span lang="en">{state.explain}</span>
      </p>
    );
  }
  const figures = "value" in state ? { value: write(state.value), low: write(state.low), high: write(state.high) } : {};
  return (
    <p className="max-w-prose text-muted">
      {t(`state.${state.kind}`, figures as { value: string; low: string; high: string })}
      {state.kind === "calm" ? (
        <>
          {" "}
          <AbsoluteTime at={state.until} />.
        </>
      ) : null}
    </p>
  );
}

interface ChoicesProps {
  readonly label: string;
  readonly choices: readonly (readonly [name: string, text: string, href: string])[];
  readonly chosen: string;
}

/** Addresses of which one is shown. */
function Choices({ label, choices, chosen }: ChoicesProps): ReactNode {
  return (
    <nav aria-label={label} className="flex max-w-full flex-wrap gap-1">
      {choices.map(([name, text, href]) => (
        <Link
          key={name}
          href={href}
          scroll={false}
          aria-current={name === chosen ? "true" : undefined}
          className="inline-flex min-h-11 items-center rounded-md border border-transparent px-3 text-sm hover:bg-raised aria-[current]:border-accent aria-[current]:bg-accent-wash aria-[current]:font-semibold sm:min-h-8"
        >
          {text}
        </Link>
      ))}
    </nav>
  );
}

/** From where the view is known, and whether it is what really was. */
function Rebuilt({ view: { rebuilt } }: { view: StreamView }) {
  const t = useTranslations("stream.rebuilt");
  return (
    <Card labelId="rebuilt" title={t("title")}>
      <div className="grid gap-2 px-4 py-3 text-sm text-muted">
        {rebuilt.from === null ? (
          <p>{t("none")}</p>
        ) : (
          <p>
            {t("text", { beats: rebuilt.beats })} <AbsoluteTime at={rebuilt.from} />. {rebuilt.is_cut ? t("cut") : t("memory")}
          </p>
        )}
        <p>{t(rebuilt.has_bank ? "bank" : "noBank")}</p>
        {rebuilt.agrees === null ? null : (
          <p className={rebuilt.agrees ? undefined : "text-danger"}>{t(rebuilt.agrees ? "agrees" : "differs")}</p>
        )}
      </div>
    </Card>
  );
}
