import type { Severity } from "@/lib/kernel/severity";
import type { Criticality, ModuleFindingType } from "@/lib/modules/types";

/** How grave it is that a part of the platform does not do its work at all. */
export const GRAVITY: Readonly<Record<Criticality, Severity>> = { core: "critical", standard: "high", optional: "medium" };

/** How grave what is wrong is, whatever it is wrong with: money and walls between tenants first. */
export function severityOf(type: ModuleFindingType, criticality: Criticality): Severity {
  if (type === "cross_tenant") return "critical";
  if (type === "contract_violation" || type === "billing_anomaly") return criticality === "core" ? "critical" : "high";
  return GRAVITY[criticality];
}
