"use client";

import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import type { StreamView } from "@/lib/telemetry/watched/queries-stream";
import { SeverityChip } from "../../incidents/severity-chip";
import { StatusChip } from "../../incidents/status-chip";
import { Card } from "../../ui/card";
import { AbsoluteTime, Lasting } from "../../ui/relative-time";
import { metricWriter, type StreamName } from "./write-metric";

/** What was raised about the stream: which statistic, its value, its usual range, since when and how long. */
export function StreamFindings({ view }: { view: StreamView }) {
  const t = useTranslations("stream");
  return (
    <Card labelId="findings" title={t("findings")} aside={<span className="text-sm text-muted">{view.findings.length}</span>}>
      {view.findings.length === 0 ? <p className="px-4 py-3 text-sm text-muted">{t("noFindings")}</p> : null}
      <ul className="divide-y divide-hairline">
        {view.findings.toReversed().map((finding) => (
          <Finding key={`${finding.rule_id} ${finding.from}`} finding={finding} metric={view.metric as StreamName} />
        ))}
      </ul>
    </Card>
  );
}

const CHANNELS = ["spike", "novelty", "standing"] as const;

function Finding({ finding, metric }: { finding: StreamView["findings"][number]; metric: StreamName }) {
  const t = useTranslations("stream");
  const format = useFormatter();
  const { rule_id, statistic, value, usual, explain, from, to } = finding;
  // What the novelty channel measures is no value of the metric, so it has none of its units.
  const channel = CHANNELS.find((each) => rule_id.startsWith(`${each}:`)) ?? "novelty";
  const write =
    channel !== "novelty" ? metricWriter(metric, format) : (figure: number) => format.number(figure, { maximumSignificantDigits: 3 });
  return (
    <li className="grid gap-1.5 px-4 py-3 text-sm">
      <p className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="font-semibold">{t(`channel.${channel}`)}</span>
        <span className="text-muted">{to === null ? t("still") : t("over")}</span>
      </p>
      <p lang="en">{explain}</p>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-0.5">
        <Fact term={t("statistic")}>
          <span lang="en">{statistic.slice(statistic.indexOf(":") + 1).trim()}</span>
        </Fact>
        <Fact term={t("value")}>{write(value)}</Fact>
        <Fact term={t("usual")}>{usual ? `${write(usual.low)} – ${write(usual.high)}` : "–"}</Fact>
        <Fact term={t("since")}>
          <AbsoluteTime at={from} /> (<Lasting from={from} to={to} />)
        </Fact>
      </dl>
    </li>
  );
}

function Fact({ term, children }: { term: string; children: React.ReactNode }) {
  return (
    <>
      <dt className="text-muted">{term}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

/** Incidents of the plugin in the time that is shown: the flags of the drawing. */
export function StreamIncidents({ view }: { view: StreamView }) {
  const t = useTranslations("stream");
  const types = useTranslations("type");
  return (
    <Card labelId="stream-incidents" title={t("incidents")} aside={<span className="text-sm text-muted">{view.incidents.length}</span>}>
      {view.incidents.length === 0 ? <p className="px-4 py-3 text-sm text-muted">{t("noIncidents")}</p> : null}
      <ul className="divide-y divide-hairline">
        {view.incidents.map(({ id, type, severity, status, opened_at, is_of_stream }) => (
          <li key={id}>
            <Link href={`/incidents/${id}`} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 text-sm hover:bg-raised">
              <SeverityChip severity={severity} />
              <span className="font-medium">{types(type)}</span>
              <StatusChip status={status} />
              <span className="text-muted">
                <AbsoluteTime at={opened_at} />
                {is_of_stream ? ` · ${t("ofStream")}` : ""}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
