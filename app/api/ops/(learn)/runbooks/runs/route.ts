import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";
import { startRunbook } from "@/lib/runbooks/commands/start-runbook";
import { listRuns, runsQuery } from "@/lib/runbooks/queries-runbooks";

/** GET /api/ops/runbooks/runs?incident_id=&slug=: who followed which runbook how far, newest first. */
export const GET = opsRead({ permission: "incident:read", query: runsQuery, read: ({ scope, query }) => listRuns(scope, query) });

/** POST /api/ops/runbooks/runs { slug, incident_id? }: begins one, or joins the one that is under way. */
export const POST = opsWrite({ command: startRunbook, status: 201 });
