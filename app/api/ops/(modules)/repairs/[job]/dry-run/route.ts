import { opsWrite } from "@/lib/platform/web/ops-route";
import { requestDryRun } from "@/lib/repair/commands/request-dry-run";

/**
 * POST /api/ops/repairs/:job/dry-run { module_key, tenant_ids: "all" | [id], reason }: what the job would change, found out without changing it. A
 * job on Center's own rows names no module.
 */
export const POST = opsWrite({ command: requestDryRun, params: { job: "job" }, fixed: { ref: null }, isNamed: true, status: 202 });
