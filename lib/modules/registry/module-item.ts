import type { moduleServices } from "@/db/schema/modules/modules";

/** A module's registration as the API shows it. */
export function moduleItem(row: typeof moduleServices.$inferSelect) {
  return {
    id: row.id,
    module_key: row.moduleKey,
    title: row.title,
    criticality: row.criticality,
    status: row.status,
    version: row.runningVersion,
    created_at: row.createdAt.toISOString(),
  };
}
