import { opsRead } from "@/lib/platform/web/ops-route";
import { listRepairs } from "@/lib/repair/queries-repairs";

/** GET /api/ops/repairs: the catalogue of repairs, with the modules that offer each, and the newest runs. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope }) => listRepairs(scope) });
