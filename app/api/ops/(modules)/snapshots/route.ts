import { z } from "zod";
import { requestSnapshot } from "@/lib/modules/snapshots/commands/request-snapshot";
import { listDrillItems, listRestores, listSnapshots } from "@/lib/modules/snapshots/queries-listing";
import { moduleKey } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";

const query = z.strictObject({
  tenant_id: z.uuid().optional(),
  module_key: moduleKey.optional(),
  status: z.enum(["requested", "taking", "sealed", "failed", "expired"]).optional(),
  limit: z.coerce.number().int().min(1).max(LIMITS.pageSize).default(LIMITS.pageSize),
});

/** GET /api/ops/snapshots: the newest snapshots, restores and rehearsals of the caller's tenants; `module_key=center` for Center's own rows. */
export const GET = opsRead({
  permission: "incident:read",
  query,
  async read({ scope, query: { tenant_id: tenantId, module_key: key, status, limit } }) {
    const items = await listSnapshots(scope, { tenantId, moduleKey: key, status, limit });
    return { items, restores: await listRestores(scope, limit), drills: await listDrillItems(scope, limit) };
  },
});

/** POST /api/ops/snapshots { tenant_id, module_key | null, note }: asks for a snapshot; it is taken in the background. */
export const POST = opsWrite({ command: requestSnapshot, fixed: { id: null, reason: "by_hand" }, status: 201 });
