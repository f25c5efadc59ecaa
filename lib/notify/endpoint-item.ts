import type { webhookEndpoints } from "@/db/schema/notify";
import type { SecretPlace } from "@/lib/access/sealing/tenant-secrets";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";

/** An address for notifications as the ops API shows it: `tenant_id` null is one of ops. */
export function endpointItem(row: Omit<typeof webhookEndpoints.$inferSelect, "sealedSecret" | "previousSealedSecret" | "keyVersion">) {
  return {
    id: row.id,
    tenant_id: row.tenantId === PLATFORM_TENANT ? null : row.tenantId,
    url: row.url,
    events: row.events,
    disabled: row.isDisabled,
    paused: row.isPaused,
    /** Until when messages are signed by the secret before as well. */
    signed_twice_until: row.previousUntil?.toISOString() ?? null,
    created_at: row.createdAt.toISOString(),
  };
}

/** Where the secret of an address lies. */
export function endpointSecretPlace(tenantId: string, endpointId: string): SecretPlace {
  return { tenantId, table: "webhook_endpoints", column: "sealed_secret", row: endpointId };
}
