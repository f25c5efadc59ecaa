import { and, desc, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { pluginReleases } from "@/db/schema/delivery";
import { pluginState } from "@/db/schema/telemetry";
import { plugins } from "@/db/schema/tenants";
import type { TenantScope } from "@/lib/access/types";
import { read } from "@/lib/platform/scope";
import { afterPlace, pageOf, pageParameters } from "@/lib/platform/web/page";
import { releaseItem } from "./release-item";

export const releasesQuery = z.strictObject({
  ...pageParameters,
  plugin_key: z.string().max(128).optional(),
  version: z.string().max(64).optional(),
  channel: z.string().max(32).optional(),
  status: z.enum(["draft", "published", "recalled"]).optional(),
});

/** A page of releases, newest first. They belong to plugins' vendors, not to tenants: everybody who may read sees the same. */
export async function listReleases(scope: TenantScope, query: z.output<typeof releasesQuery>) {
  const where = and(
    query.plugin_key === undefined ? undefined : eq(pluginReleases.pluginKey, query.plugin_key),
    query.version === undefined ? undefined : eq(pluginReleases.version, query.version),
    query.channel === undefined ? undefined : eq(pluginReleases.channel, query.channel),
    query.status === undefined ? undefined : eq(pluginReleases.status, query.status),
    afterPlace(pluginReleases.createdAt, pluginReleases.id, query.cursor),
  );
  const rows = await read(scope, (tx) =>
    tx
      .select()
      .from(pluginReleases)
      .where(where)
      .orderBy(desc(pluginReleases.createdAt), desc(pluginReleases.id))
      .limit(query.limit + 1),
  );
  const running = await countRunning(scope, [...new Set(rows.map(({ pluginKey }) => pluginKey))]);
  const item = (row: (typeof rows)[number]) => ({ ...releaseItem(row), running_on: running.get(placeOf(row.pluginKey, row.version)) ?? 0 });
  return pageOf(rows, query.limit, item, (row) => ({ at: row.createdAt, id: row.id }));
}

const placeOf = (pluginKey: string, version: string) => `${pluginKey}/${version}`;

/** On how many of the reader's own plugins each version runs now. */
async function countRunning(scope: TenantScope, pluginKeys: readonly string[]): Promise<Map<string, number>> {
  if (pluginKeys.length === 0) return new Map();
  const rows = await read(scope, (tx) =>
    tx
      .select({ pluginKey: plugins.pluginKey, version: pluginState.runningVersion, count: sql<number>`count(*)::int` })
      .from(plugins)
      .innerJoin(pluginState, and(eq(pluginState.tenantId, plugins.tenantId), eq(pluginState.pluginId, plugins.id)))
      .where(and(eq(plugins.status, "active"), inArray(plugins.pluginKey, [...pluginKeys])))
      .groupBy(plugins.pluginKey, pluginState.runningVersion),
  );
  return new Map(rows.map(({ pluginKey, version, count }) => [placeOf(pluginKey, version), count]));
}

/** One release, or null. */
export async function readRelease(scope: TenantScope, releaseId: string) {
  const [row] = await read(scope, (tx) => tx.select().from(pluginReleases).where(eq(pluginReleases.id, releaseId)));
  return row ? releaseItem(row) : null;
}
