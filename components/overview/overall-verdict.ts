import type { FleetCounts } from "../live/items";

/** What the first sentence of the overview says. */
export interface OverallVerdict {
  readonly kind: "unknown" | "empty" | "well" | "healing" | "needs_person";
  /** Plugins with an open incident, plugins that need a person, and all. */
  readonly sick: number;
  readonly needing: number;
  readonly total: number;
}

/** Sums the fleet up in one verdict; what is no longer trusted is unknown. */
export function overallVerdict(
  { total, sick, needs_person }: Pick<FleetCounts, "total" | "sick" | "needs_person">,
  isTrusted: boolean,
): OverallVerdict {
  const figures = { sick, needing: needs_person, total };
  if (!isTrusted) return { kind: "unknown", ...figures };
  if (total === 0) return { kind: "empty", ...figures };
  if (needs_person > 0) return { kind: "needs_person", ...figures };
  return { kind: sick > 0 ? "healing" : "well", ...figures };
}
