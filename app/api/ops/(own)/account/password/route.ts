import { changePassword } from "@/lib/access/commands/change-password";
import { forgetPerson } from "@/lib/access/people/person-directory";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** PUT /api/ops/account/password { current, password }: the caller's own; all their sessions end, this one included. */
export const PUT = opsWrite({
  command: changePassword,
  takesKey: false,
  answer: async (done, { actor }) => {
    forgetPerson(actor.email ?? "");
    return done;
  },
});
