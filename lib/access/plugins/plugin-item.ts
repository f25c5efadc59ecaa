import type { plugins } from "@/db/schema/tenants";

/** A plugin's registration as the ops API shows it. */
export function pluginItem(row: typeof plugins.$inferSelect) {
  return {
    id: row.id,
    tenant_id: row.tenantId,
    plugin_key: row.pluginKey,
    version: row.version,
    channel: row.channel,
    probe_url: row.probeUrl,
    payment_volume: row.paymentVolume,
    status: row.status,
    /** SHA-256 of the public key of the client certificate that it must show. */
    client_spki: row.clientSpki,
    last_good_version: row.lastGoodVersion,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}
