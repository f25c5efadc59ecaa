import { and, eq, gt, or, sql } from "drizzle-orm";
import { moduleIncidents } from "@/db/schema/modules/incidents";
import { moduleServices } from "@/db/schema/modules/modules";
import { manifestSchema } from "@/lib/modules/types";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";
import type { ModuleInPlace } from "./tell-stories";

/** Incidents that findings may still concern: live, or resolved a short while ago. */
export async function readKnownIncidents(tx: ReaderTx, now: Date): Promise<(typeof moduleIncidents.$inferSelect)[]> {
  const since = new Date(now.getTime() - LIMITS.recurrenceSeconds * 1_000);
  const isLive = sql`${moduleIncidents.status} not in ('resolved', 'closed')`;
  return tx
    .select()
    .from(moduleIncidents)
    .where(or(isLive, and(eq(moduleIncidents.status, "resolved"), gt(moduleIncidents.resolvedAt, since))));
}

/** Every service in use, with what it stands on. */
export async function readModulesInPlace(tx: ReaderTx): Promise<ModuleInPlace[]> {
  const rows = await tx
    .select({ moduleKey: moduleServices.moduleKey, criticality: moduleServices.criticality, manifest: moduleServices.manifest })
    .from(moduleServices)
    .where(eq(moduleServices.status, "active"));
  return rows.map(({ moduleKey, criticality, manifest }) => {
    const parsed = manifestSchema.safeParse(manifest);
    return { moduleKey, criticality, dependencies: parsed.success ? parsed.data.dependencies : [] };
  });
}
