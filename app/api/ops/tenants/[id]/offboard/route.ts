import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";
import { offboardTenant } from "@/lib/survival/offboarding/commands/offboard-tenant";
import { readLeaving } from "@/lib/survival/offboarding/queries-offboarding";

/** GET /api/ops/tenants/:id/offboard: where it stands on its way out, what would be erased and when, what stays, and who said why. */
export const GET = opsRead({ permission: "switch:looser", read: ({ scope, params, now }) => readLeaving(scope, params.id ?? "", now) });

/** POST /api/ops/tenants/:id/offboard { slug, reason }: the first security administrator asks, a second one agrees; then it leaves. */
export const POST = opsWrite({ command: offboardTenant, params: { id: "tenantId" } });
