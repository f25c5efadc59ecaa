import type { Severity } from "@/lib/kernel/severity";
import { severityRank } from "@/lib/kernel/severity";
import type { IncidentItem } from "../live/items";

type OpenIncident = Pick<IncidentItem, "plugin_id" | "status" | "severity">;

/** What the first sentence of the overview says. */
export interface OverallVerdict {
  readonly kind: "unknown" | "empty" | "well" | "healing" | "needs_person";
  /** Plugins with an open incident, plugins that need a person, and all. */
  readonly sick: number;
  readonly needing: number;
  readonly total: number;
  readonly worst: Severity | null;
}

const NEEDS_PERSON: ReadonlySet<string> = new Set(["awaiting_approval", "escalated"]);

/** Sums the fleet up in one verdict; what is no longer trusted is unknown. */
export function overallVerdict(total: number, open: readonly OpenIncident[], isTrusted: boolean): OverallVerdict {
  const sick = new Set(open.map(({ plugin_id }) => plugin_id)).size;
  const needing = new Set(open.filter(({ status }) => NEEDS_PERSON.has(status)).map(({ plugin_id }) => plugin_id)).size;
  const worst = open.map(({ severity }) => severity).sort((left, right) => severityRank(right) - severityRank(left))[0] ?? null;
  const figures = { sick, needing, total, worst };
  if (!isTrusted) return { kind: "unknown", ...figures };
  if (total === 0) return { kind: "empty", ...figures };
  if (needing > 0) return { kind: "needs_person", ...figures };
  return { kind: sick > 0 ? "healing" : "well", ...figures };
}
