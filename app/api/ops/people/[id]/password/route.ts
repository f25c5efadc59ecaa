import { setPassword } from "@/lib/access/commands/set-password";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** PUT /api/ops/people/:id/password { password }: ends the person's sessions and any lock. */
export const PUT = opsWrite({ command: setPassword, params: { id: "personId" }, takesKey: false });
