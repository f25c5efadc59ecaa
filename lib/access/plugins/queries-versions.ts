import { and, asc, eq, sql } from "drizzle-orm";
import { pluginState } from "@/db/schema/telemetry";
import { plugins } from "@/db/schema/tenants";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { inTenants } from "@/lib/platform/web/page";
import type { TenantScope } from "../types";

/** Every plugin key of a scope with each version of it that runs somewhere, however many installations there are. */
export async function listRunningVersions(scope: TenantScope): Promise<{ key: string; version: string }[]> {
  const version = sql<string>`coalesce(${pluginState.runningVersion}, ${plugins.version})`;
  return read(scope, (tx) =>
    tx
      .selectDistinct({ key: plugins.pluginKey, version })
      .from(plugins)
      .leftJoin(pluginState, and(eq(pluginState.tenantId, plugins.tenantId), eq(pluginState.pluginId, plugins.id)))
      .where(and(inTenants(plugins.tenantId, scope), eq(plugins.status, "active")))
      .orderBy(asc(plugins.pluginKey), asc(version))
      .limit(LIMITS.pageSize),
  );
}
