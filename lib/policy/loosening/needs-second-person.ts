import type { Policy } from "../types";
import { loosened } from "./loosened";

/** Members that nobody makes looser alone: how long a release bakes before more merchants receive it. */
const BAKES: ReadonlySet<string> = new Set(["bake_whitelist_days", "bake_fifth_days", "bake_half_days"] satisfies (keyof Policy)[]);

/** Whether a change of the policy waits for a second person: automatic healing is turned on again, or a release bakes shorter. */
export function needsSecondPerson(before: Policy, changes: Partial<Policy>): boolean {
  if (changes.autopatch_enabled === true && !before.autopatch_enabled) return true;
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  return loosened(before, { ...before, ...given }).some((member) => BAKES.has(member));
}
