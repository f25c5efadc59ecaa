import { and, asc, eq, gte, lt } from "drizzle-orm";
import { pluginRollups } from "@/db/schema/telemetry";
import { plugins } from "@/db/schema/tenants";
import type { TenantScope } from "@/lib/access/types";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { downsample } from "./downsample";
import { markGaps } from "./mark-gaps";
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
  /** Whether points were left out because there were more than were asked for. */
  readonly is_thinned: boolean;
  /** `after_gap`: nobody said anything in some step since the point before, so no line leads here. */
  readonly points: readonly { readonly at: string; readonly value: number; readonly max: number | null; readonly after_gap: boolean }[];
}

interface SeriesWanted {
  readonly pluginId: string;
  readonly metric: SeriesMetric;
  readonly from: Date;
  readonly to: Date;
  readonly step: Step;
  readonly points?: number;
}

/** One measure of a plugin over time, from the roll-ups, at most `points` of it (LIMITS.seriesPoints unless said otherwise). Null when there is no such plugin in scope. */
export async function readSeries(
  scope: TenantScope,
  { pluginId, metric, from, to, step, points: most = LIMITS.seriesPoints }: SeriesWanted,
): Promise<Series | null> {
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
  const points = markGaps(downsample(all, most), all, step);
  return {
    plugin_id: pluginId,
    metric,
    from: from.toISOString(),
    to: to.toISOString(),
    step_seconds: step,
    is_thinned: points.length < all.length,
    points: points.map(({ atMs, value, max, isAfterGap }) => ({ at: new Date(atMs).toISOString(), value, max, after_gap: isAfterGap })),
  };
}
