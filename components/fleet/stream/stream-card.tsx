"use client";

import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import type { StreamList } from "@/lib/telemetry/watched/queries-stream";
import { useLiveRead } from "../../live/use-live-read";
import { Card } from "../../ui/card";
import { AbsoluteTime } from "../../ui/relative-time";
import { metricWriter, type StreamName, streamHref } from "./write-metric";

/** What the detectors themselves remember of each metric, and the way to its view. */
export function StreamCard({ url, initial, renderedAt }: { url: string; initial: StreamList; renderedAt: string }) {
  const t = useTranslations("stream");
  const { data } = useLiveRead("plugins", url, initial, renderedAt);
  const isCalm = data.calm_until !== null && data.taken_at !== null && data.calm_until > data.taken_at;
  return (
    <Card labelId="streams" title={t("title")}>
      <p className="px-4 pt-3 text-sm text-muted">
        {data.taken_at === null ? t("list.nothing") : data.is_known ? t("list.known") : t("list.learning")}
        {isCalm && data.calm_until ? (
          <>
            {" "}
            {t("state.calm")} <AbsoluteTime at={data.calm_until} />.
          </>
        ) : null}
      </p>
      <ul className="divide-y divide-hairline">
        {data.items.map((item) => (
          <Row key={item.metric} pluginId={data.plugin_id} item={item} />
        ))}
      </ul>
    </Card>
  );
}

function Row({ pluginId, item }: { pluginId: string; item: StreamList["items"][number] }) {
  const t = useTranslations("stream");
  const format = useFormatter();
  const metric = item.metric as StreamName;
  const write = metricWriter(metric, format);
  const { newest, expected, raised } = item;
  return (
    <li>
      <Link href={streamHref(pluginId, metric)} className="grid gap-x-4 gap-y-0.5 px-4 py-2.5 hover:bg-raised sm:grid-cols-[1fr_auto]">
        <span className="font-medium">{t(`metric.${metric}`)}</span>
        <span className="live-dim text-sm">
          <span className="font-semibold">{newest === null ? "–" : write(newest)}</span>{" "}
          <span className="text-muted">
            {expected
              ? t("expectedShort", { low: write(expected.low), high: write(expected.high) })
              : t("list.few", { count: item.points })}
          </span>
        </span>
        {raised.map(({ rule_id, explain }) => (
          <span key={rule_id} className="text-sm text-danger sm:col-span-full">
            <span className="font-semibold">{t("list.raised")}</span> <span lang="en">{explain}</span>
          </span>
        ))}
      </Link>
    </li>
  );
}
