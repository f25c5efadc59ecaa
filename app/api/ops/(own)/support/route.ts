import { enterSupport } from "@/lib/access/sessions/support/commands/enter-support";
import { listOwnSupport } from "@/lib/access/sessions/support/queries-support";
import { forgetSupport } from "@/lib/access/sessions/support/support-directory";
import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";

/** GET /api/ops/support: who looked at the caller's view, and at whose view the caller looked. */
export const GET = opsRead({ permission: "session:open", read: ({ actor, now }) => listOwnSupport(actor, now) });

/**
 * POST /api/ops/support { person_id | tenant_id, reason, minutes? }: from here on this browser's session shows that view and changes
 * nothing, until it is left or its time is up. A bearer token has no session and cannot enter.
 */
export const POST = opsWrite({
  command: enterSupport,
  status: 201,
  answer: async ({ session_id, ...entered }) => {
    forgetSupport(session_id);
    return entered;
  },
});
