import type { Criticality } from "@/lib/modules/types";

/** What a tenant has of a module: its row in `modules`, or nothing. */
export interface Entitlement {
  readonly isEntitled: boolean;
  readonly status: "active" | "revoked";
}

/**
 * Whether a tenant may use a module. The free core is everybody's, whatever stands in a row; of anything else only what was said counts.
 * @param row  null where nothing was ever said about this tenant and module
 */
export function isEntitled(module: { readonly criticality: Criticality }, row: Entitlement | null): boolean {
  if (module.criticality === "core") return true;
  return row !== null && row.status === "active" && row.isEntitled;
}
