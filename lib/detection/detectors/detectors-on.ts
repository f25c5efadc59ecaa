import type { ConfiguredRules } from "@/lib/detection/types";

/** Where what was said of the detectors is kept: beside the rules, under a name that no rule has. @param tenantId  null: everywhere */
export function detectorsId(tenantId: string | null): string {
  return tenantId === null ? "detectors" : `detectors:${tenantId}`;
}

/** Whether what the detectors raise about a tenant's plugins becomes incidents: neither everywhere nor for the tenant switched off. */
export function areDetectorsOn(configured: ConfiguredRules, tenantId: string): boolean {
  return configured[detectorsId(null)]?.enabled !== false && configured[detectorsId(tenantId)]?.enabled !== false;
}

/** What is stored of one place where the detectors were switched. */
interface StoredDetectors {
  readonly id: string;
  readonly isEnabled: boolean;
  readonly updatedAt: Date;
  readonly updatedBy: string;
}

/** A place where the detectors were switched, as the API shows it; `tenant_id` null is everywhere. */
export function detectorsItem({ id, isEnabled, updatedAt, updatedBy }: StoredDetectors) {
  const [, tenantId = null] = id.split(":");
  return { tenant_id: tenantId, on: isEnabled, updated_at: updatedAt.toISOString(), updated_by: updatedBy };
}
