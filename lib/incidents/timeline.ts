import type { TimelineLine } from "@/lib/gateway/types";

/** How one grouping step reads on the timeline; null when it is not worth a line. */
export function describeStep(step: {
  readonly do: string;
  readonly explain: string;
  readonly severity?: string;
  readonly clearStreak?: number;
}): Omit<TimelineLine, "incidentId"> | null {
  const data = { severity: step.severity, clear_streak: step.clearStreak };
  if (step.do === "open") return { kind: "opened", summary: step.explain, data };
  if (step.do === "reopen") return { kind: "reopened", summary: `It came back: ${step.explain}`, data };
  if (step.do === "respecialise") return { kind: "renamed", summary: `A sharper cause was found: ${step.explain}`, data };
  if (step.do === "absorb") return { kind: "worsened", summary: step.explain, data };
  if (step.do === "resolveBySelf") return { kind: "resolved", summary: "The plugin recovered by itself", data };
  return null;
}
