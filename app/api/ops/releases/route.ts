import { registerRelease } from "@/lib/delivery/commands/register-release";
import { listReleases, releasesQuery } from "@/lib/delivery/queries-releases";
import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";

/** GET /api/ops/releases: newest first. */
export const GET = opsRead({ permission: "incident:read", query: releasesQuery, read: ({ scope, query }) => listReleases(scope, query) });

/** POST /api/ops/releases: the manifest first; its bytes follow by PUT /api/ops/releases/:id/artifact. */
export const POST = opsWrite({ command: registerRelease, status: 201 });
