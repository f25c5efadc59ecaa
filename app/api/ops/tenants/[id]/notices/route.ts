import { showTenantNotices } from "@/lib/notify/choices/queries-notices";
import { setTenantNotices } from "@/lib/notify/commands/set-tenant-notices";
import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";

/** GET /api/ops/tenants/:id/notices: what a merchant's people are told of by e-mail, and in which language. */
export const GET = opsRead({ permission: "webhook:write", read: ({ scope, params }) => showTenantNotices(scope, params.id ?? "") });

/** PUT /api/ops/tenants/:id/notices { language?, email_events? }: what a merchant's people are told of unless they say otherwise. */
export const PUT = opsWrite({ command: setTenantNotices, params: { id: "tenantId" } });
