import { z } from "zod";
import { LIMITS } from "@/lib/platform/limits";
import { GRAVITY } from "../severity";
import { GOOD, type ModuleRule, UNKNOWN } from "../types";

const params = z.strictObject({ seconds: z.number().min(5).max(3_600) });

/** Nothing is heard of a service: three beats are missing. */
export const silence: ModuleRule<typeof params> = {
  id: "silence",
  type: "silence",
  scope: "service",
  explain: "Seconds since a service was last heard of, or since Center listens where that is less; one never heard of is unknown.",
  params,
  defaults: { seconds: LIMITS.moduleSilentSeconds },

  judge({ now, listeningSince, beat, moduleKey, criticality }, { seconds }) {
    if (beat === null) return UNKNOWN;
    const quiet = (now.getTime() - beat.lastSeen.getTime()) / 1_000;
    if (quiet <= seconds) return GOOD;
    if (now.getTime() - listeningSince.getTime() <= seconds * 1_000) return UNKNOWN;
    return {
      is: "bad",
      type: "silence",
      severity: GRAVITY[criticality],
      observedAt: new Date(beat.lastSeen.getTime() + LIMITS.moduleBeatSeconds * 1_000),
      statistic: "seconds_silent",
      value: quiet,
      usual: LIMITS.moduleBeatSeconds,
      explain: `Nothing was heard of ${moduleKey} for ${Math.round(quiet)} s; it ran ${beat.runningVersion}.`,
      evidence: [{ label: "last_seen", value: beat.lastSeen.toISOString() }],
    };
  },
};
