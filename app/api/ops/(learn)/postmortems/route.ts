import { draftPostmortem } from "@/lib/incidents/postmortems/commands/draft-postmortem";
import { listPostmortems, postmortemsQuery } from "@/lib/incidents/postmortems/queries-postmortems";
import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";

/** GET /api/ops/postmortems?status=&incident_id=: what was learned, newest first. */
export const GET = opsRead({
  permission: "incident:read",
  query: postmortemsQuery,
  read: ({ scope, query }) => listPostmortems(scope, query),
});

/** POST /api/ops/postmortems { incident_id, language? }: begun from the incident's starred lines and figures. */
export const POST = opsWrite({ command: draftPostmortem, status: 201 });
