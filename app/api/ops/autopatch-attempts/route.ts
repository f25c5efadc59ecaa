import { opsRead } from "@/lib/platform/web/ops-route";
import { attemptsQuery, listAttempts } from "@/lib/rollout/queries";

/** GET /api/ops/autopatch-attempts: newest first, filtered, each with its transitions. */
export const GET = opsRead({ permission: "incident:read", query: attemptsQuery, read: ({ scope, query }) => listAttempts(scope, query) });
