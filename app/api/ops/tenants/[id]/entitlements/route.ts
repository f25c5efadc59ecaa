import { setEntitlements } from "@/lib/modules/registry/commands/set-entitlements";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/tenants/:id/entitlements { modules: { key: boolean }, reason }: which modules a tenant may use. */
export const POST = opsWrite({ command: setEntitlements, params: { id: "tenantId" } });
