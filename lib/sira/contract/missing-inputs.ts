import { parseVersion } from "@/lib/kernel/semver";
import type { SiraRequest } from "@/lib/sira/types";

/**
 * What a question lacks that a decision to change anything should rest on. Unknown means less power: whatever is proposed from
 * such a question is a suggestion.
 *
 * @returns one sentence for each gap; empty when nothing is missing
 */
export function missingInputs({ incident, context }: SiraRequest): string[] {
  const gaps: string[] = [];
  if (!Number.isFinite(incident.value)) gaps.push("the finding has no value");
  if (Object.keys(incident.telemetry_snapshot).length === 0) gaps.push("nothing was reported with the finding");
  if (parseVersion(incident.running_version) === null) gaps.push("the running version cannot be read");
  if (context.same_version.sick > context.same_version.total) gaps.push("more peers are sick than there are");
  return gaps;
}
