import { readRelease } from "@/lib/delivery/queries-releases";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/releases/:id: one release with its manifest. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope, params }) => readRelease(scope, params.id ?? "") });
