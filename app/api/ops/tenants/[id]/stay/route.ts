import { opsWrite } from "@/lib/platform/web/ops-route";
import { callOffOffboarding } from "@/lib/survival/offboarding/commands/call-off";

/** POST /api/ops/tenants/:id/stay { reason }: calls an offboarding off before its date. */
export const POST = opsWrite({ command: callOffOffboarding, params: { id: "tenantId" } });
