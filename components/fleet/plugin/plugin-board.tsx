"use client";

import { useTranslations } from "next-intl";
import type { StreamList } from "@/lib/telemetry/watched/queries-stream";
import type { RefusalList } from "@/lib/telemetry/watched/refusals/queries-refusals";
import { AttemptList } from "../../attempts/attempt-list";
import { TelemetryCard } from "../../incidents/detail/telemetry-card";
import { IncidentList } from "../../incidents/incident-list";
import type { AttemptRowItem, IncidentRowItem, Page } from "../../live/items";
import { useLiveRead } from "../../live/use-live-read";
import { Card } from "../../ui/card";
import { ReadProblem } from "../../ui/read-problem";
import { StreamCard } from "../stream/stream-card";
import { AccessCard } from "./access-card";
import type { Measure, PluginDetail, PluginLimits } from "./items";
import { Measures } from "./measures";
import { PluginFacts } from "./plugin-facts";
import { PluginVerdict } from "./plugin-verdict";
import { RefusalsCard } from "./refusals-card";

interface PluginBoardProps {
  readonly renderedAt: string;
  readonly urls: {
    readonly plugin: string;
    readonly incidents: string;
    readonly attempts: string;
    readonly streams: string;
    readonly refusals: string;
  };
  readonly streams: StreamList;
  readonly refusals: RefusalList;
  readonly plugin: PluginDetail;
  readonly incidents: Page<IncidentRowItem>;
  readonly attempts: Page<AttemptRowItem>;
  readonly range: string;
  readonly ranges: readonly string[];
  readonly measures: readonly Measure[];
  readonly limits: PluginLimits;
  readonly mayWrite: boolean;
}

/** Everything about one plugin, rendered by the server and then kept current. */
export function PluginBoard({ renderedAt, urls, range, ranges, measures, limits, mayWrite, ...initial }: PluginBoardProps) {
  const t = useTranslations("plugin");
  const read = useLiveRead("plugins", urls.plugin, initial.plugin, renderedAt);
  const incidents = useLiveRead("incidents", urls.incidents, initial.incidents, renderedAt);
  const attempts = useLiveRead("attempts", urls.attempts, initial.attempts, renderedAt);
  const reads = [read, incidents, attempts];
  const plugin = read.data;
  const open = incidents.data.items.find(({ status }) => status !== "resolved" && status !== "closed") ?? null;
  return (
    <div className="grid gap-4">
      <ReadProblem error={reads.find(({ error }) => error)?.error ?? null} onRetry={() => reads.map(({ retry }) => retry())} />
      <PluginVerdict plugin={plugin} limits={limits} open={open} />
      <Measures renderedAt={renderedAt} pluginHref={`/fleet/${plugin.id}`} range={range} ranges={ranges} measures={measures} />
      <div className="grid items-start gap-4 xl:grid-cols-[1fr_24rem]">
        <div className="grid min-w-0 gap-4">
          <StreamCard url={urls.streams} initial={initial.streams} renderedAt={renderedAt} />
          <Card labelId="incidents" title={t("incidents")}>
            <IncidentList incidents={incidents.data.items} empty={<p className="px-4 py-3 text-muted">{t("noIncidents")}</p>} />
          </Card>
          <Card labelId="attempts" title={t("attempts")}>
            {attempts.data.items.length === 0 ? (
              <p className="px-4 py-3 text-muted">{t("noAttempts")}</p>
            ) : (
              <AttemptList attempts={attempts.data.items} />
            )}
          </Card>
          <RefusalsCard url={urls.refusals} initial={initial.refusals} renderedAt={renderedAt} />
        </div>
        <div className="grid min-w-0 gap-4">
          <PluginFacts plugin={plugin} />
          <TelemetryCard snapshot={plugin.telemetry ?? {}} title={t("telemetry")} none={t("noTelemetry")} />
          <AccessCard plugin={plugin} overlapHours={limits.overlapHours} mayWrite={mayWrite} />
        </div>
      </div>
    </div>
  );
}
