import { cellKeys, cellOf, type Level } from "@/lib/sira/cases/cell-keys";
import type { Cell, SiraModel } from "@/lib/sira/model";
import type { SiraAction, SiraDecision, SiraRequest } from "@/lib/sira/types";

type Evidence = SiraDecision["evidence_for"][number];
type Incident = SiraRequest["incident"];

const WHERE: Readonly<Record<Level, (incident: Incident) => string>> = {
  action: () => "all incidents",
  type: ({ type }) => `${type} incidents`,
  onset: ({ type, onset }) => (onset ? `incidents of ${onset} onset` : `${type} incidents`),
  signature: ({ type, signature }) => `${type} incidents found by ${signature ?? "no rule in particular"}`,
  tenant: () => "such incidents of this tenant",
};

function factOf(action: SiraAction, { seen, mended, changes }: Cell, where: string): string {
  const moved = changes > 0 ? `; that changed ${changes} times, so little of it counts` : "";
  return `${action} mended ${mended} of ${seen} ${where}${moved}`.slice(0, 300);
}

/**
 * What outcomes say about one action here, one fact for each kind of case that has any, and how unsure the sum is.
 *
 * A cell says how far its kind of case lies from what was known without it, so the weights add up with the static ones.
 */
export function learnedEvidence(action: SiraAction, incident: Incident, model: SiraModel): { evidence: Evidence[]; variance: number } {
  const cells = cellKeys(action, incident, model.format).map((key) => ({ level: key.level, cell: cellOf(model, key) }));
  return {
    evidence: cells
      .filter(({ cell }) => cell.seen > 0)
      .map(({ level, cell }) => ({
        fact: factOf(action, cell, WHERE[level](incident)),
        weight: Math.max(-20, Math.min(20, cell.mean)),
      })),
    variance: cells.reduce((sum, { cell }) => sum + cell.variance, 0),
  };
}
