import { sha256Hex } from "@/lib/kernel/canonical-json";

/**
 * The id of one step of a run, made from what the step is: whoever takes it up again after a crash asks for the very same one, and gets it once.
 *
 * Source: RFC 9562 §5.8 (UUID version 8, vendor-specific).
 */
export function derivedId(...step: readonly (string | number)[]): string {
  const hex = sha256Hex(JSON.stringify(step));
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
