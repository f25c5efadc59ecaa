import { readPerson } from "@/lib/access/queries";
import { listSessionsOf } from "@/lib/access/sessions/queries-sessions";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/people/:id/sessions: where somebody is signed in. */
export const GET = opsRead({
  permission: "people:write",
  read: async ({ scope, params, actor, now }) => {
    const person = await readPerson(scope, params.id ?? "");
    return person ? listSessionsOf(person.id, actor, now) : null;
  },
});
