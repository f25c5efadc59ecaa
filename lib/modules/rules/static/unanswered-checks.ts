import { z } from "zod";
import { LIMITS } from "@/lib/platform/limits";
import { GRAVITY } from "../severity";
import { GOOD, type ModuleRule, UNKNOWN } from "../types";

const params = z.strictObject({ beats: z.number().int().min(1).max(100) });

/** A module cannot look at itself in time: whatever it stands on hardly answers. */
export const unansweredChecks: ModuleRule<typeof params> = {
  id: "unanswered_checks",
  type: "timeouts",
  scope: "service",
  explain: "Checks of a module that came to no end in several beats in a row.",
  params,
  defaults: { beats: 2 },

  judge({ now, beat, moduleKey, criticality }, { beats }) {
    const isFresh = beat !== null && now.getTime() - beat.lastSeen.getTime() <= LIMITS.moduleSilentSeconds * 1_000;
    if (!isFresh || beat.checks.length === 0) return UNKNOWN;
    const open = beat.checks.filter(({ isUnknown }) => isUnknown);
    const late = open.filter(({ failingBeats }) => failingBeats >= beats);
    const [first] = late;
    if (!first) return open.length === 0 ? GOOD : UNKNOWN;
    return {
      is: "bad",
      type: "timeouts",
      severity: GRAVITY[criticality],
      observedAt: late.reduce((since, { failingSince }) => (failingSince && failingSince < since ? failingSince : since), beat.lastSeen),
      statistic: "unanswered_checks",
      value: late.length,
      usual: 0,
      explain: `${late.length} of ${beat.checks.length} checks of ${moduleKey} came to no end: ${first.detail || "no answer in time"}.`,
      evidence: late.map(({ id, detail }) => ({ label: id, value: detail.slice(0, 200) })),
    };
  },
};
