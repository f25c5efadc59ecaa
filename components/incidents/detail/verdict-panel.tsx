"use client";

import { ArrowRight, ChartSpline } from "lucide-react";
import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { streamHref } from "../../fleet/stream/write-metric";
import type { AttemptItem, IncidentDetail } from "../../live/items";
import { AbsoluteTime, Lasting } from "../../ui/relative-time";
import { SeverityChip } from "../severity-chip";
import { StatusChip } from "../status-chip";
import { recommendedAction } from "./recommended-action";
import { siraSentence } from "./sira-sentence";
import { metricOfFinding, rangeAround } from "./stream-of-finding";

/** Statistics that are shares and read as per cent. */
const SHARES: ReadonlySet<string> = new Set(["webhook_fail_rate"]);

interface VerdictPanelProps {
  readonly incident: IncidentDetail;
  readonly attempts: readonly AttemptItem[];
  readonly merchant: string;
}

/** The verdict first: what, since when, how far it reaches, what SIRA did, and one thing to do. */
export function VerdictPanel({ incident, attempts, merchant }: VerdictPanelProps) {
  const t = useTranslations("incident");
  const types = useTranslations("type");
  const sira = useTranslations("sira");
  const format = useFormatter();
  const { finding } = incident;
  const write = (value: number) =>
    SHARES.has(finding.statistic)
      ? format.number(value, { style: "percent", maximumFractionDigits: 0 })
      : format.number(value, { maximumFractionDigits: 1 });
  const isShare = SHARES.has(finding.statistic);
  const measured = finding.usual
    ? t("measured", { value: write(finding.value), usual: write(finding.usual.high) })
    : t("measuredAlone", { value: write(finding.value) });
  return (
    <section aria-labelledby="verdict" className="rounded-lg border border-hairline bg-panel">
      <div className="grid gap-2 p-4 md:p-5">
        <div className="flex flex-wrap items-center gap-2">
          <SeverityChip severity={incident.severity} />
          <StatusChip status={incident.status} />
          {incident.reopened_count > 0 ? (
            <span className="text-sm text-muted">{t("reopened", { count: incident.reopened_count })}</span>
          ) : null}
        </div>
        <h1 id="verdict" className="text-xl font-semibold text-balance md:text-2xl">
          {t("headline", { what: types(incident.type), merchant })}
        </h1>
        <p className="text-muted">{isShare ? measured : <span lang="en">{incident.explain}</span>}</p>
        <StreamLink incident={incident} />
      </div>
      <dl className="grid border-t border-hairline sm:grid-cols-3 sm:divide-x sm:divide-hairline">
        <Fact name={t("since")}>
          <AbsoluteTime at={incident.opened_at} /> (<Lasting from={incident.opened_at} to={incident.resolved_at} />)
        </Fact>
        <Fact name={t("reach")}>
          {merchant} · <span className="font-mono text-sm">{incident.plugin_key}</span>
        </Fact>
        <Fact name={t("whatSiraDid")}>{siraSentence(sira, format, incident, attempts[0] ?? null)}</Fact>
      </dl>
      <p
        className="flex items-start gap-2 rounded-b-lg border-t border-hairline bg-accent-wash px-4 py-3 font-medium md:px-5"
        aria-live="polite"
      >
        <ArrowRight aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-accent" />
        <span>
          <span className="sr-only">{t("recommended")} </span>
          {t(`recommendation.${recommendedAction(incident)}`)}
        </span>
      </p>
    </section>
  );
}

/** The way to what the detectors saw, where they watch what this is about. */
function StreamLink({ incident }: { incident: IncidentDetail }) {
  const t = useTranslations("incident");
  const metric = metricOfFinding(incident);
  if (!metric) return null;
  return (
    <Link
      href={streamHref(incident.plugin_id, metric, rangeAround(incident.opened_at, incident.resolved_at))}
      className="screen-only inline-flex min-h-9 items-center gap-1.5 justify-self-start text-sm font-medium text-accent hover:underline"
    >
      <ChartSpline aria-hidden="true" className="size-4" />
      {t("stream")}
    </Link>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="px-4 py-2.5 max-sm:border-b max-sm:border-hairline max-sm:last:border-b-0 md:px-5">
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="mt-0.5">{children}</dd>
    </div>
  );
}
