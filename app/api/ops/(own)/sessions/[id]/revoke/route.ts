import { closeSession } from "@/lib/access/sessions/commands/close-session";
import { forgetSession } from "@/lib/access/sessions/session-directory";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/sessions/:id/revoke { reason? }: one's own, or with a reason somebody else's; it ends everywhere within seconds. */
export const POST = opsWrite({
  command: closeSession,
  params: { id: "sessionId" },
  answer: async (done) => {
    forgetSession(done.id);
    return done;
  },
});
