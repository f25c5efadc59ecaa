import { DRAW, seeded } from "@/lib/sira/draw/seeded";
import type { SiraRequest } from "@/lib/sira/types";

/** Only what can wait may be held out: nothing above `low`, nothing that came back, nothing already worked on. */
export function mayBeHeldOut({ incident, context }: SiraRequest): boolean {
  return incident.severity === "low" && incident.reopened_count === 0 && context.attempts_here === 0;
}

/** Whether the seed drew this incident for the holdout; pure, so that stored questions tell it for ever. */
export function isHeldOut(request: SiraRequest): boolean {
  const share = request.context.holdout_share ?? 0;
  return share > 0 && mayBeHeldOut(request) && seeded(request.seed, DRAW.holdout) < share;
}
