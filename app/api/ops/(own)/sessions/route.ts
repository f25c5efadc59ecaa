import { listOwnSessions } from "@/lib/access/sessions/queries-sessions";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/sessions: where the caller is signed in. */
export const GET = opsRead({ permission: "session:open", read: ({ actor, now }) => listOwnSessions(actor, now) });
