import { refuse } from "@/lib/kernel/refusal";
import { opsRead } from "@/lib/platform/web/ops-route";
import { readSeries } from "@/lib/telemetry/queries-series";
import { seriesQuery, spanOf } from "@/lib/telemetry/series-query";

/** GET /api/ops/plugins/:id/series?metric=&from=&to=&step=: one measure of a plugin over time, at most 2,000 points. */
export const GET = opsRead({
  permission: "incident:read",
  query: seriesQuery,
  read: ({ scope, params, query, now }) => {
    const span = spanOf(query, now) ?? refuse("unreadable", "The span is empty, too long, or has too many steps");
    return readSeries(scope, { pluginId: params.id ?? "", ...span });
  },
});
