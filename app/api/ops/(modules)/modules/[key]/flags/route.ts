import { z } from "zod";
import { orderModule } from "@/lib/modules/channel/commands/order-module";
import { LIMITS } from "@/lib/platform/limits";
import { opsChoice } from "@/lib/platform/web/ops-route";

const body = z.strictObject({
  flag: z.string().max(64),
  value: z.boolean(),
  tenant_id: z.uuid().nullable().default(null),
  reason: z.string().trim().min(1).max(LIMITS.reasonCharacters),
});

/** PUT /api/ops/modules/:key/flags { flag, value, tenant_id?, reason }: an order to turn a feature on or off, for a tenant or for all. */
export const PUT = opsChoice({
  least: orderModule,
  body,
  choose: ({ flag, value, tenant_id: tenantId, reason }, { key }) => ({
    command: orderModule,
    input: { module: key, type: "set_flag", tenantId, params: { flag, value }, reason },
  }),
});
