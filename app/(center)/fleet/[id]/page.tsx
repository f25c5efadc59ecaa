import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { cache } from "react";
import { z } from "zod";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { presenceLimits } from "@/app/(center)/presence-limits";
import { signedInWith } from "@/app/(center)/signed-in";
import { PluginBoard } from "@/components/fleet/plugin/plugin-board";
import { EnterMerchant } from "@/components/people/support/enter-merchant";
import { readPlugin } from "@/lib/access/queries";
import { may } from "@/lib/access/roles";
import type { TenantScope } from "@/lib/access/types";
import { listIncidentRows } from "@/lib/incidents/queries-rows";
import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { listAttemptRows } from "@/lib/rollout/queries-rows";
import { readSeries } from "@/lib/telemetry/queries-series";
import { SERIES_RANGE_NAMES, type SeriesRange, seriesQuery, spanOf } from "@/lib/telemetry/series-query";
import type { SeriesMetric } from "@/lib/telemetry/types";
import { listStreams } from "@/lib/telemetry/watched/queries-stream";
import { listRefusals } from "@/lib/telemetry/watched/refusals/queries-refusals";

const ROWS = 10;
/** A drawing has no more room for points. */
const POINTS = 120;
const METRICS = ["webhook_fail_rate", "errors", "latency_p95_ms", "queue_depth"] as const satisfies readonly SeriesMetric[];

interface Props {
  readonly params: Promise<{ id: string }>;
  readonly searchParams: Promise<{ range?: string | string[] }>;
}

/** An id that is none answers as one that nobody has. */
const pluginIn = cache(async (scope: TenantScope, id: string) =>
  z.uuid().safeParse(id).success ? readPlugin(scope, id.toLowerCase()) : null,
);

export async function generateMetadata({ params }: Props) {
  const actor = await signedInWith("incident:read");
  const plugin = actor ? await pluginIn(actor.tenants, (await params).id) : null;
  return { title: plugin ? `${plugin.tenant_name} · ${plugin.plugin_key}` : (await getTranslations("nav"))("fleet") };
}

function rangeOf(asked: string | string[] | undefined): SeriesRange {
  return SERIES_RANGE_NAMES.find((range) => range === asked) ?? "24h";
}

/** The telemetry of a plugin in one range, each measure with the address that answers it. */
async function measuresOf(scope: TenantScope, pluginId: string, range: SeriesRange, now: Date) {
  return Promise.all(
    METRICS.map(async (metric) => {
      const asked = { metric, range, points: String(POINTS) };
      const span = spanOf(seriesQuery.parse(asked), now);
      const series = span && (await readSeries(scope, { pluginId, ...span }));
      return { metric, url: `/api/ops/plugins/${pluginId}/series?${new URLSearchParams(asked)}`, series: series ?? notFound() };
    }),
  );
}

/** One plugin: how it is, what it says of itself over time, what happened to it, and who may cut it off. */
export default async function PluginPage({ params, searchParams }: Props) {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const t = await getTranslations("plugin");
  const scope = actor.tenants;
  const now = systemClock.now();
  const plugin = (await pluginIn(scope, (await params).id)) ?? notFound();
  const range = rangeOf((await searchParams).range);
  const [incidents, attempts, measures, streams, refusals] = await Promise.all([
    listIncidentRows(scope, { limit: ROWS, plugin_id: plugin.id }),
    listAttemptRows(scope, { limit: ROWS, plugin_id: plugin.id }),
    measuresOf(scope, plugin.id, range, now),
    listStreams(scope, plugin.id),
    listRefusals(scope, plugin.id),
  ]);
  return (
    <div className="grid gap-3">
      <Link
        href="/fleet"
        className="screen-only inline-flex min-h-9 items-center gap-1.5 justify-self-start text-sm font-medium text-accent hover:underline"
      >
        <ArrowLeft aria-hidden="true" className="size-4" />
        {t("back")}
      </Link>
      {may(actor, "support:enter") && !actor.supporting ? <EnterMerchant tenantId={plugin.tenant_id} name={plugin.tenant_name} /> : null}
      <PluginBoard
        renderedAt={now.toISOString()}
        urls={{
          plugin: `/api/ops/plugins/${plugin.id}`,
          incidents: `/api/ops/plugin-incidents?limit=${ROWS}&plugin_id=${plugin.id}&view=row`,
          streams: `/api/ops/plugins/${plugin.id}/streams`,
          refusals: `/api/ops/plugins/${plugin.id}/refusals`,
          attempts: `/api/ops/autopatch-attempts?limit=${ROWS}&plugin_id=${plugin.id}&view=row`,
        }}
        plugin={plugin}
        incidents={incidents}
        attempts={attempts}
        streams={streams ?? notFound()}
        refusals={refusals ?? notFound()}
        range={range}
        ranges={SERIES_RANGE_NAMES}
        measures={measures}
        limits={{ ...presenceLimits(), everySeconds: LIMITS.heartbeatSeconds, overlapHours: LIMITS.secretOverlapSeconds / 3_600 }}
        mayWrite={may(actor, "plugin:write")}
      />
    </div>
  );
}
