import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { z } from "zod";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { presenceLimits } from "@/app/(center)/presence-limits";
import { signedInWith } from "@/app/(center)/signed-in";
import { StreamBoard } from "@/components/fleet/stream/stream-board";
import { readPlugin } from "@/lib/access/queries";
import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { readStream } from "@/lib/telemetry/watched/queries-stream";
import { STREAM_RANGES, streamQuery, streamSpan } from "@/lib/telemetry/watched/stream-query";

/** A drawing has no more room for points. */
const POINTS = 720;

interface Props {
  readonly params: Promise<{ id: string; metric: string }>;
  readonly searchParams: Promise<{ range?: string | string[]; to?: string | string[] }>;
}

export async function generateMetadata({ params }: Props) {
  const { metric } = await params;
  const t = await getTranslations("stream.metric");
  const known = streamQuery.shape.metric.safeParse(metric);
  return { title: known.success ? t(known.data) : (await getTranslations("nav"))("fleet") };
}

/** What the address asks for; a range or an end that is none is left out, as if it had not been said. */
function questionOf(metric: string, { range, to }: Awaited<Props["searchParams"]>) {
  const { shape } = streamQuery;
  const known = shape.metric.safeParse(metric);
  if (!known.success) return notFound();
  const end = shape.to.safeParse(to).success && typeof to === "string" ? to : null;
  return { metric: known.data, range: STREAM_RANGES.find((name) => name === range) ?? "24h", to: end };
}

/** One metric of a plugin as the detectors see it: where it was expected, how new it looked, what was raised. */
export default async function StreamPage({ params, searchParams }: Props) {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const { id, metric } = await params;
  const asked = questionOf(metric, await searchParams);
  const now = systemClock.now();
  const search = { metric: asked.metric, range: asked.range, ...(asked.to ? { to: asked.to } : {}) };
  const drawn = { ...search, points: String(POINTS) };
  const pluginId = z.uuid().safeParse(id).success ? id.toLowerCase() : notFound();
  const plugin = (await readPlugin(actor.tenants, pluginId)) ?? notFound();
  const view = (await readStream(actor.tenants, pluginId, streamSpan(streamQuery.parse(drawn), now))) ?? notFound();
  const t = await getTranslations("stream");
  const api = `/api/ops/plugins/${pluginId}`;
  return (
    <div className="grid gap-3">
      <Link
        href={`/fleet/${pluginId}`}
        className="screen-only inline-flex min-h-9 items-center gap-1.5 justify-self-start text-sm font-medium text-accent hover:underline"
      >
        <ArrowLeft aria-hidden="true" className="size-4" />
        {t("back")}
      </Link>
      <StreamBoard
        renderedAt={now.toISOString()}
        urls={{
          stream: `${api}/stream?${new URLSearchParams(drawn)}`,
          plugin: api,
          export: `${api}/stream/export?${new URLSearchParams(search)}`,
        }}
        view={view}
        plugin={plugin}
        limits={{ ...presenceLimits(), everySeconds: LIMITS.heartbeatSeconds, overlapHours: LIMITS.secretOverlapSeconds / 3_600 }}
        range={asked.range}
        ranges={STREAM_RANGES}
        to={asked.to}
      />
    </div>
  );
}
