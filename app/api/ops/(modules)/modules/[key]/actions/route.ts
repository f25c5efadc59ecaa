import { orderModule } from "@/lib/modules/channel/commands/order-module";
import { opsWrite } from "@/lib/platform/web/ops-route";

/**
 * POST /api/ops/modules/:key/actions { type, tenant_id?, params?, reason }: an order, signed and waiting for the module's next beat. What ties
 * an order to a plan, an action or a category, Center alone says.
 */
export const POST = opsWrite({
  command: orderModule,
  params: { key: "module" },
  fixed: { category: null, ref: null, planDigest: null, asker: null },
  status: 201,
});
