import { LIMITS } from "@/lib/platform/limits";

/**
 * How many shops may be trying a release at once, by how many have kept it: one, then two, then four, and any number once it is
 * proven at four (protocol.md, Policy: at most four until the first four are proven).
 *
 * The first shop goes alone because most of what is totally broken shows there within a minute: its neighbours are spared.
 */
export function roomInFlight(proven: number): number {
  if (proven >= LIMITS.inFlightUnproven) return Number.POSITIVE_INFINITY;
  return Math.min(LIMITS.inFlightUnproven, 2 ** Math.max(0, Math.floor(proven)));
}
