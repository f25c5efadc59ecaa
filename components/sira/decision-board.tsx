"use client";

import { ChartSpline } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { streamHref } from "../fleet/stream/write-metric";
import { DecisionCard } from "../incidents/detail/decision-card";
import { PermitCard } from "../incidents/detail/permit-card";
import { metricOfFinding, rangeAround } from "../incidents/detail/stream-of-finding";
import { useLiveRead } from "../live/use-live-read";
import { ReadProblem } from "../ui/read-problem";
import type { DecisionDetail } from "./items";
import { OptionsCard } from "./options-card";
import { ReplayCard } from "./replay-card";

/** One decision with all it rests on, rendered by the server and then kept current: its outcome settles later. */
export function DecisionBoard({ url, initial, renderedAt }: { url: string; initial: DecisionDetail; renderedAt: string }) {
  const t = useTranslations("siraPage");
  const types = useTranslations("type");
  const read = useLiveRead("decisions", url, initial, renderedAt);
  const decision = read.data;
  const metric = metricOfFinding({ type: decision.type, finding: { ruleId: decision.request.incident.signature ?? "" } });
  return (
    <div className="grid gap-3">
      <ReadProblem error={read.error} onRetry={() => [read.retry()]} />
      <h1 className="text-xl font-semibold">
        {types(decision.type)} · <span className="font-mono">{decision.plugin_key}</span>
      </h1>
      <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
        <Link href={`/incidents/${decision.incident_id}`} className="font-medium text-accent hover:underline">
          {t("toIncident")}
        </Link>
        {metric ? (
          <Link
            href={streamHref(decision.plugin_id, metric, rangeAround(decision.at, decision.at))}
            className="inline-flex items-center gap-1.5 font-medium text-accent hover:underline"
          >
            <ChartSpline aria-hidden="true" className="size-4" />
            {t("toStream")}
          </Link>
        ) : null}
        <span className="text-muted">
          {t(`source.${decision.source}`)} {decision.is_held_out ? t("heldOut") : null}
        </span>
      </p>
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <div className="grid min-w-0 gap-4">
          <DecisionCard decision={decision.decision} permit={decision.permit} bucket={decision.bucket} />
          <OptionsCard decision={decision} />
        </div>
        <div className="grid min-w-0 gap-4">
          <PermitCard permit={decision.permit} />
          <ReplayCard decision={decision} />
        </div>
      </div>
    </div>
  );
}
