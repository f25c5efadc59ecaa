import { updatePostmortem } from "@/lib/incidents/postmortems/commands/update-postmortem";
import { readPostmortem } from "@/lib/incidents/postmortems/queries-postmortems";
import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";

/** GET /api/ops/postmortems/:id: one of them with its words and everything that was computed. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope, params }) => readPostmortem(scope, params.id ?? "") });

/** PATCH /api/ops/postmortems/:id { revision, title?, sections?, actions? }: 409 where somebody saved since `revision` was read. */
export const PATCH = opsWrite({ command: updatePostmortem, params: { id: "postmortemId" } });
