import { EVERYBODY } from "@/lib/incidents/fleet/fleet-places";
import type { FleetKind, FleetPlace } from "@/lib/incidents/fleet/types";

/** Where a fleet incident reaches, in words: what runs there, and where that runs. */
export function describePlace({ build, cohort }: FleetPlace): string {
  const what = build ? `${build.pluginKey} ${build.version}` : "all versions";
  return cohort === EVERYBODY ? what : `${what}, ${cohort}`;
}

/** One sentence of a fleet incident, for a tired person. @param reach  active plugins in the place */
export function explainFleet(kind: FleetKind, place: FleetPlace, sick: number, merchants: number, reach: number): string {
  const found = `${place.signature} at ${merchants} merchants at once (${sick} of ${reach} plugins; ${describePlace(place)})`;
  const why = {
    shared: "the cause lies above the single shop, so nothing is changed at any of them while it lasts",
    version: "this version is what they have in common; each is mended by itself, a few at a time",
  }[kind];
  return `${found}: ${why}.`;
}

/** What the timeline of a member says when it joins. */
export function explainJoining(kind: FleetKind): string {
  return kind === "shared"
    ? "Many merchants have this at once: the cause lies above this shop, so nothing is changed here until it is over"
    : "Many merchants on this version have this at once: it is told as one, and mended here by itself";
}
