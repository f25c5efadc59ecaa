import { listReleases } from "@/lib/modules/releases/queries-releases";
import { LIMITS } from "@/lib/platform/limits";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/module-releases: sets of versions that ran together, which of them ran well, and the ways back that were taken. */
export const GET = opsRead({ permission: "incident:read", read: () => listReleases(LIMITS.pageSize) });
