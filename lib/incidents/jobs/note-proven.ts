import { and, eq, ne, sql } from "drizzle-orm";
import { plugins } from "@/db/schema/tenants";
import { scopeFor, systemActorFor } from "@/lib/access/system-actor";
import { provenVersion } from "@/lib/detection/proven-version";
import type { ConfiguredRules, PluginWindow } from "@/lib/detection/types";
import { runCommand } from "@/lib/gateway/run-command";
import { read } from "@/lib/platform/scope";
import { proveVersion } from "../commands/prove-version";

interface Place {
  readonly tenantId: string;
  readonly pluginId: string;
}

/** Writes down the version that a plugin has proven to run well on, where that is news and nothing is open about it. */
export async function noteProven(place: Place, window: PluginWindow, configured: ConfiguredRules, now: Date): Promise<void> {
  const version = provenVersion(window, configured);
  if (version === null) return;
  const { tenantId, pluginId } = place;
  const isNews = sql`${plugins.lastGoodVersion} is distinct from ${version}`;
  const isCalm = sql`not exists (select 1 from plugin_incidents i where i.tenant_id = ${tenantId} and i.plugin_id = ${pluginId}
      and i.status not in ('resolved', 'closed'))
    and not exists (select 1 from plugin_autopatch_attempts a where a.tenant_id = ${tenantId} and a.plugin_id = ${pluginId} and a.phase <> 'done')`;
  const where = and(eq(plugins.tenantId, tenantId), eq(plugins.id, pluginId), ne(plugins.status, "revoked"), isNews, isCalm);
  const rows = await read(scopeFor("scan"), (tx) => tx.select({ id: plugins.id }).from(plugins).where(where));
  if (rows.length === 0) return;
  await runCommand(proveVersion, { input: { tenantId, pluginId, version }, actor: systemActorFor("detect", tenantId), now });
}
