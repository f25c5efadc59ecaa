import { and, eq, gt, isNull, or } from "drizzle-orm";
import { pluginSecrets, plugins, tenants } from "@/db/schema/tenants";
import { openTenantSecret } from "@/lib/access/sealing/tenant-secrets";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { scopeFor } from "./system-actor";

/** What the accept path must know of a plugin; secrets in the clear live in memory only, and briefly. */
export interface KnownPlugin {
  readonly tenantId: string;
  readonly pluginId: string;
  readonly pluginKey: string;
  readonly secrets: readonly string[];
}

const cache = new Map<string, { readonly until: number; readonly known: Promise<KnownPlugin | null> }>();
const CACHE_ENTRIES = 50_000;

async function load(pluginId: string, now: Date): Promise<KnownPlugin | null> {
  return read(scopeFor("login"), async (tx) => {
    const [plugin] = await tx
      .select({ tenantId: plugins.tenantId, pluginKey: plugins.pluginKey })
      .from(plugins)
      .innerJoin(tenants, eq(tenants.id, plugins.tenantId))
      .where(and(eq(plugins.id, pluginId), eq(plugins.status, "active"), eq(tenants.isDisabled, false)));
    if (!plugin) return null;
    const rows = await tx
      .select()
      .from(pluginSecrets)
      .where(
        and(
          eq(pluginSecrets.tenantId, plugin.tenantId),
          eq(pluginSecrets.pluginId, pluginId),
          or(isNull(pluginSecrets.validUntil), gt(pluginSecrets.validUntil, now)),
        ),
      );
    const secrets: string[] = [];
    for (const row of rows) {
      const place = { tenantId: row.tenantId, table: "plugin_secrets", column: "sealed", row: `${row.pluginId}:${row.version}` };
      secrets.push(await openTenantSecret(tx, place, row.sealed));
    }
    return { tenantId: plugin.tenantId, pluginId, pluginKey: plugin.pluginKey, secrets };
  });
}

/**
 * Looks a plugin up by its id across tenants, for signing in. Kept for LIMITS.powerCacheMs, so that a revocation or a
 * rotation is seen everywhere within that time; a look-up that failed is not kept.
 *
 * @returns null when there is no active plugin of that id
 */
export function findPlugin(pluginId: string, now: Date): Promise<KnownPlugin | null> {
  const hit = cache.get(pluginId);
  if (hit && hit.until > now.getTime()) return hit.known;
  if (cache.size >= CACHE_ENTRIES) cache.clear();
  const known = load(pluginId, now);
  cache.set(pluginId, { until: now.getTime() + LIMITS.powerCacheMs, known });
  known.catch(() => cache.delete(pluginId));
  return known;
}
