import type { changeFreezes } from "@/db/schema/rollout";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";

type FreezeRow = Pick<typeof changeFreezes.$inferSelect, "tenantId" | "id" | "startsAt" | "endsAt" | "reason" | "setBy" | "setAt">;

/** A freeze as commands answer it and the API shows it. */
export function freezeItem(row: FreezeRow) {
  const tenantId = row.tenantId === PLATFORM_TENANT ? null : row.tenantId;
  return {
    id: row.id,
    scope: tenantId === null ? ("global" as const) : ("tenant" as const),
    tenant_id: tenantId,
    starts_at: row.startsAt.toISOString(),
    ends_at: row.endsAt.toISOString(),
    reason: row.reason,
    set_by: row.setBy,
    set_at: row.setAt.toISOString(),
  };
}
