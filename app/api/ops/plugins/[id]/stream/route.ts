import { opsRead } from "@/lib/platform/web/ops-route";
import { readStream } from "@/lib/telemetry/watched/queries-stream";
import { streamQuery, streamSpan } from "@/lib/telemetry/watched/stream-query";

/** GET /api/ops/plugins/:id/stream?metric=&range=&to=: a metric as the detectors see it, with what they expected; at most 2,000 points. */
export const GET = opsRead({
  permission: "incident:read",
  query: streamQuery,
  read: ({ scope, params, query, now }) => readStream(scope, params.id ?? "", streamSpan(query, now)),
});
