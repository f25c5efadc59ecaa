import { orderModule } from "@/lib/modules/channel/commands/order-module";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/modules/:key/actions { type, tenant_id?, params?, reason }: an order, signed and waiting for the module's next beat. */
export const POST = opsWrite({ command: orderModule, params: { key: "module" }, status: 201 });
