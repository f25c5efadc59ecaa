import { desc, eq } from "drizzle-orm";
import { pluginRefusals } from "@/db/schema/telemetry";
import { plugins } from "@/db/schema/tenants";
import type { TenantScope } from "@/lib/access/types";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { REASONS } from "./reasons";

/** Why messages of a plugin were refused, newest first; null when there is no such plugin within the scope. */
export function listRefusals(scope: TenantScope, pluginId: string) {
  return read(scope, async (tx) => {
    const [plugin] = await tx.select({ id: plugins.id }).from(plugins).where(eq(plugins.id, pluginId));
    if (!plugin) return null;
    const rows = await tx
      .select()
      .from(pluginRefusals)
      .where(eq(pluginRefusals.pluginId, pluginId))
      .orderBy(desc(pluginRefusals.lastAt), desc(pluginRefusals.key))
      .limit(LIMITS.refusalsKept * 2);
    const items = rows.map((row) => ({
      why: row.why,
      hint: REASONS[row.why].hint,
      /** False where the sender did not prove to be the plugin: anybody who knows its id may have sent it. */
      proven: row.isProven,
      route: row.route,
      status: row.status,
      code: row.code,
      errors: row.errors,
      skew_seconds: row.skewSeconds,
      trace_id: row.traceId,
      count: row.count,
      first_at: row.firstAt.toISOString(),
      last_at: row.lastAt.toISOString(),
    }));
    return { items };
  });
}
export type RefusalList = NonNullable<Awaited<ReturnType<typeof listRefusals>>>;
