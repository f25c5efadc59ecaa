import { opsWrite } from "@/lib/platform/web/ops-route";
import { offboardTenant } from "@/lib/survival/offboarding/commands/offboard-tenant";

/** POST /api/ops/tenants/:id/offboard { slug, reason }: the first security administrator asks, a second one agrees; then it leaves. */
export const POST = opsWrite({ command: offboardTenant, params: { id: "tenantId" } });
