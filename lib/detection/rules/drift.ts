import { z } from "zod";
import type { Rule } from "@/lib/detection/types";

const params = z.strictObject({ after_seconds: z.number().int().min(30).max(86_400) });

/** What runs is not what lies on disk: a stale opcode cache or a swap nobody finished. A restart usually mends it. */
export const drift: Rule<typeof params> = {
  id: "drift",
  type: "drift",
  explain: "The running version differs from the one on disk for longer than an update takes.",
  params,
  defaults: { after_seconds: 600 },

  evaluate(window, params) {
    const last = window.beats.at(-1);
    if (!last || last.runningVersion === last.diskVersion) return null;
    const lastAgreed = window.beats.findLastIndex((beat) => beat.runningVersion === beat.diskVersion);
    const first = window.beats[lastAgreed + 1] ?? last;
    const seconds = (last.receivedAt.getTime() - first.receivedAt.getTime()) / 1_000;
    if (seconds < params.after_seconds) return null;
    return {
      ruleId: "drift",
      type: "drift",
      severity: "low",
      observedAt: first.receivedAt,
      statistic: "seconds_apart",
      value: seconds,
      usual: { low: 0, high: params.after_seconds },
      explain: `Version ${last.runningVersion} has been running for ${Math.round(seconds / 60)} min while ${last.diskVersion} lies on disk.`,
    };
  },

  mayFire: (beat) => beat.runningVersion !== beat.diskVersion,
};
