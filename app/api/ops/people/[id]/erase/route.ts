import { opsWrite } from "@/lib/platform/web/ops-route";
import { erasePerson } from "@/lib/survival/people/commands/erase-person";

/** POST /api/ops/people/:id/erase { email, reason }: of somebody who is disabled; the first security administrator asks, a second one agrees and it is done. */
export const POST = opsWrite({ command: erasePerson, params: { id: "personId" } });
