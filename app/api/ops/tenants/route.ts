import { registerTenant } from "@/lib/access/commands/register-tenant";
import { listTenants, tenantsQuery } from "@/lib/access/queries";
import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";

/** GET /api/ops/tenants: the caller's tenants. */
export const GET = opsRead({ permission: "incident:read", query: tenantsQuery, read: ({ scope, query }) => listTenants(scope, query) });

/** POST /api/ops/tenants { slug, name }: a merchant comes on board. */
export const POST = opsWrite({ command: registerTenant, status: 201 });
