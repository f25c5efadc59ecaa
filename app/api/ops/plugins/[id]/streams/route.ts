import { opsRead } from "@/lib/platform/web/ops-route";
import { listStreams } from "@/lib/telemetry/watched/queries-stream";

/** GET /api/ops/plugins/:id/streams: what the detectors remember of each metric of a plugin, and what they have raised. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope, params }) => listStreams(scope, params.id ?? "") });
