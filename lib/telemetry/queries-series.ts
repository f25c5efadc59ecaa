import { and, asc, eq, gte, lt } from "drizzle-orm";
import { pluginRollups } from "@/db/schema/telemetry";
import { plugins } from "@/db/schema/tenants";
import type { TenantScope } from "@/lib/access/types";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { downsample } from "./downsample";
import { seriesOf } from "./series-of";
import type { Step } from "./steps";
import type { SeriesMetric } from "./types";

/** What a page draws: times in RFC 3339, `value` the mean or the sum of the step, `max` the highest beat of it where there is such a thing. */
export interface Series {
  readonly plugin_id: string;
  readonly metric: SeriesMetric;
  readonly from: string;
  readonly to: string;
  readonly step_seconds: Step;
  /** Whether points were left out because there were more than LIMITS.seriesPoints. */
  readonly is_thinned: boolean;
  readonly points: readonly { readonly at: string; readonly value: number; readonly max: number | null }[];
}

interface SeriesWanted {
  readonly pluginId: string;
  readonly metric: SeriesMetric;
  readonly from: Date;
  readonly to: Date;
  readonly step: Step;
}

/** One measure of a plugin over time, from the roll-ups, at most LIMITS.seriesPoints of it. Null when there is no such plugin in scope. */
export async function readSeries(scope: TenantScope, { pluginId, metric, from, to, step }: SeriesWanted): Promise<Series | null> {
  const rows = await read(scope, async (tx) => {
    const [plugin] = await tx.select({ tenantId: plugins.tenantId }).from(plugins).where(eq(plugins.id, pluginId));
    if (!plugin) return null;
    const { tenantId, stepSeconds, pluginId: id, bucketAt } = pluginRollups;
    return tx
      .select()
      .from(pluginRollups)
      .where(and(eq(tenantId, plugin.tenantId), eq(stepSeconds, step), eq(id, pluginId), gte(bucketAt, from), lt(bucketAt, to)))
      .orderBy(asc(bucketAt))
      .limit(LIMITS.seriesRows);
  });
  if (!rows) return null;
  const all = seriesOf(rows, metric);
  const points = downsample(all, LIMITS.seriesPoints);
  return {
    plugin_id: pluginId,
    metric,
    from: from.toISOString(),
    to: to.toISOString(),
    step_seconds: step,
    is_thinned: points.length < all.length,
    points: points.map(({ atMs, value, max }) => ({ at: new Date(atMs).toISOString(), value, max })),
  };
}
