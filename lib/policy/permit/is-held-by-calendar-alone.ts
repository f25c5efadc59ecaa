import type { Permit } from "@/lib/policy/types";

/** Whether a freeze or the merchant's hours are all that reserved a change to people: once they are over, nobody has to be asked. */
export function isHeldByCalendarAlone(permit: Permit | null): boolean {
  const failed = permit?.gates.filter(({ passed }) => !passed) ?? [];
  return failed.length > 0 && failed.every(({ gate }) => gate === "calendar");
}
