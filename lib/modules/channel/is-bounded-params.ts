import { canonicalJson, type Json } from "@/lib/kernel/canonical-json";
import { LIMITS } from "@/lib/platform/limits";

function isDeeper(value: Json | undefined, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
}

/** Whether an order's params are small and flat enough to be signed and sent: bytes of their canonical JSON, and levels with their own. */
export function isBoundedParams(params: Json): boolean {
  if (isDeeper(params, LIMITS.orderParamsDepth)) return false;
  try {
    return Buffer.byteLength(canonicalJson(params)) <= LIMITS.orderParamsBytes;
  } catch (error) {
    // What has no canonical form cannot be compared by any agent either.
    if (error instanceof RangeError) return false;
    throw error;
  }
}
