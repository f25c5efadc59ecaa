import { listSlos } from "@/lib/modules/slo/queries-slos";
import { slosQuery } from "@/lib/modules/slo/slo-query";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/slos: what is promised of the modules and how it is kept, the worst first. */
export const GET = opsRead({ permission: "incident:read", query: slosQuery, read: ({ scope, query, now }) => listSlos(scope, query, now) });
