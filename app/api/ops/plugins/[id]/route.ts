import { readPlugin } from "@/lib/access/queries";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/plugins/:id: one plugin with its newest word. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope, params }) => readPlugin(scope, params.id ?? "") });
