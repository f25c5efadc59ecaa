import { leaveSupport } from "@/lib/access/sessions/support/commands/leave-support";
import { forgetSupport } from "@/lib/access/sessions/support/support-directory";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/support/:id/leave: ends it, for whoever looks and for whoever is looked at; the one write that support mode allows. */
export const POST = opsWrite({
  command: leaveSupport,
  params: { id: "supportId" },
  asSelf: true,
  answer: async ({ session_id, ...left }) => {
    forgetSupport(session_id);
    return left;
  },
});
