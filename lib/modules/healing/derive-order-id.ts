import { sha256Hex } from "@/lib/kernel/canonical-json";

/**
 * The id of the order that an action gives in a step, at a try: the same whoever computes it and however often, so that no crash and no
 * second worker makes two orders of one. A UUID of version 8 (RFC 9562) over SHA-256.
 */
export function deriveOrderId(actionId: string, step: string, tries: number): string {
  const hex = sha256Hex(`heal-action:${actionId}:${step}:${tries}`);
  const variant = ((Number.parseInt(hex[16] ?? "0", 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
