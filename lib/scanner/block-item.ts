import type { scanBlocks } from "@/db/schema/modules/scanner";

/** A block as the API shows it. */
export function blockItem(row: typeof scanBlocks.$inferSelect) {
  return {
    ...{ id: row.id, kind: row.kind, target: row.target, reason: row.reason, violation_id: row.violationId },
    ...{ set_by: row.setBy, set_at: row.setAt.toISOString(), lifted_by: row.liftedBy },
    lifted_at: row.liftedAt?.toISOString() ?? null,
    lift_reason: row.liftReason,
  };
}
