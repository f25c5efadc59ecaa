import type { Permit } from "@/lib/policy/types";

/** A permit as the API speaks of it. */
export interface PermitItem extends Omit<Permit, "requiredSignatures"> {
  readonly required_signatures: number;
}

/** The stored permit under its outside names; null where nothing was decided yet. */
export function permitItem(permit: Permit | null): PermitItem | null {
  if (!permit) return null;
  const { requiredSignatures: required_signatures, ...rest } = permit;
  return { ...rest, required_signatures };
}
