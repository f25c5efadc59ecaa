import { and, desc, eq, gt, inArray, isNull, or } from "drizzle-orm";
import { pluginSecrets, plugins, tenants } from "@/db/schema/tenants";
import { openEach } from "@/lib/access/sealing/open-each";
import { readSecretOpener } from "@/lib/access/sealing/tenant-secrets";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { scopeFor } from "../system-actor";
import { placeOf } from "./plugin-secrets";

/** What the directory keeps of a plugin. */
export interface ListedPlugin {
  readonly tenantId: string;
  readonly pluginId: string;
  readonly pluginKey: string;
  readonly clientSpki: string | null;
  readonly updatedAt: Date;
  readonly secrets: readonly { readonly secret: string; readonly validUntil: Date | null }[];
}

async function secretsOf(tx: ReaderTx, pluginIds: readonly string[], now: Date) {
  const since = new Date(now.getTime() - LIMITS.endedSecretDays * 86_400_000);
  const isOfUse = or(isNull(pluginSecrets.validUntil), gt(pluginSecrets.validUntil, since));
  return tx
    .select()
    .from(pluginSecrets)
    .where(and(inArray(pluginSecrets.pluginId, [...pluginIds]), isOfUse));
}

/**
 * Looks active plugins up by their ids across tenants, in four statements however many they are.
 *
 * @returns by id, what is known of those that are there; an error for one of whose secrets none opens, which is no fault of the others
 */
export function readListed(pluginIds: readonly string[], now: Date): Promise<Map<string, ListedPlugin | Error>> {
  return read(scopeFor("login"), async (tx) => {
    const found = await tx
      .select({
        tenantId: plugins.tenantId,
        pluginId: plugins.id,
        pluginKey: plugins.pluginKey,
        clientSpki: plugins.clientSpki,
        updatedAt: plugins.updatedAt,
      })
      .from(plugins)
      .innerJoin(tenants, eq(tenants.id, plugins.tenantId))
      .where(and(inArray(plugins.id, [...pluginIds]), eq(plugins.status, "active"), eq(tenants.isDisabled, false)));
    if (found.length === 0) return new Map();
    const secrets = await secretsOf(
      tx,
      found.map(({ pluginId }) => pluginId),
      now,
    );
    const openSecret = await readSecretOpener(
      tx,
      found.map(({ tenantId }) => tenantId),
    );
    const listed = (plugin: (typeof found)[number]): ListedPlugin | Error => {
      try {
        const own = secrets.filter((row) => row.pluginId === plugin.pluginId && row.tenantId === plugin.tenantId);
        const sealed = own.map((row) => ({ ...row, place: placeOf(row.tenantId, row.pluginId, row.version) }));
        return { ...plugin, secrets: openEach(sealed, openSecret, now) };
      } catch (error) {
        return error instanceof Error ? error : new Error(String(error));
      }
    };
    return new Map(found.map((plugin) => [plugin.pluginId, listed(plugin)]));
  });
}

/** Registrations that were touched since an instant, newest first, and the tenants that are shut. */
export function readRegistrationChanges(since: Date) {
  return read(scopeFor("login"), async (tx) => ({
    changed: await tx
      .select({ pluginId: plugins.id, updatedAt: plugins.updatedAt, status: plugins.status })
      .from(plugins)
      .where(gt(plugins.updatedAt, since))
      .orderBy(desc(plugins.updatedAt))
      .limit(LIMITS.pluginChangesAtOnce),
    shutTenants: await tx.select({ id: tenants.id }).from(tenants).where(eq(tenants.isDisabled, true)),
  }));
}
