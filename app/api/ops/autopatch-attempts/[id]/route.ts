import { opsRead } from "@/lib/platform/web/ops-route";
import { readAttempt } from "@/lib/rollout/queries";

/** GET /api/ops/autopatch-attempts/:id: one attempt with its transitions and the commands it sent. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope, params }) => readAttempt(scope, params.id ?? "") });
