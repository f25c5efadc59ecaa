import { and, desc, eq } from "drizzle-orm";
import { pluginSecrets } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { makeWebhookSecret } from "@/lib/access/credentials/standard-webhooks";
import { openTenantSecret, type SecretPlace, sealTenantSecret } from "@/lib/access/sealing/tenant-secrets";
import { read } from "@/lib/platform/scope";
import type { TenantScope } from "../types";

/** Where one version of a plugin's secret lies. */
export function placeOf(tenantId: string, pluginId: string, version: number): SecretPlace {
  return { tenantId, table: "plugin_secrets", column: "sealed", row: `${pluginId}:${version}` };
}

/** The newest version of a plugin's secret; 0 when it has none. The caller holds the plugin's row. */
export async function newestSecretVersion(tx: WriterTx, tenantId: string, pluginId: string): Promise<number> {
  const [row] = await tx
    .select({ version: pluginSecrets.version })
    .from(pluginSecrets)
    .where(and(eq(pluginSecrets.tenantId, tenantId), eq(pluginSecrets.pluginId, pluginId)))
    .orderBy(desc(pluginSecrets.version))
    .limit(1);
  return row?.version ?? 0;
}

/** Makes a secret and stores it sealed. It never passes through a command's answer, which is kept for repeated calls. */
export async function addPluginSecret(tx: WriterTx, plugin: { tenantId: string; id: string }, version: number, now: Date): Promise<void> {
  const { sealed, keyVersion } = await sealTenantSecret(tx, placeOf(plugin.tenantId, plugin.id, version), makeWebhookSecret(), now);
  await tx.insert(pluginSecrets).values({ tenantId: plugin.tenantId, pluginId: plugin.id, version, keyVersion, sealed, createdAt: now });
}

/**
 * Opens one version of a plugin's secret, to show it once to whoever made it.
 * @throws Error when there is no such version in scope: the caller has just made it
 */
export async function revealPluginSecret(scope: TenantScope, pluginId: string, version: number): Promise<string> {
  return read(scope, async (tx) => {
    const [row] = await tx
      .select()
      .from(pluginSecrets)
      .where(and(eq(pluginSecrets.pluginId, pluginId), eq(pluginSecrets.version, version)));
    if (!row) throw new Error(`plugin ${pluginId} has no secret ${version}`);
    return openTenantSecret(tx, placeOf(row.tenantId, pluginId, version), row.sealed);
  });
}
