import type { IncidentType } from "@/lib/detection/types";

/** What an incident is about. One plugin has at most one incident of each cause at a time. */
export type Cause = "service" | "version" | "platform" | "contract" | "objective";

/**
 * Types of one cause, the most specific first: the sharper word wins, the others are its symptoms.
 *
 * A plugin that fails its webhooks also raises errors, slows down and fills its queue; whoever is woken wants one incident
 * named after the sharpest of these. What lies on disk, a fault of the whole platform, a broken contract and a spent error
 * budget need other people and other actions, so each is a cause of its own.
 */
const PRECEDENCE: Readonly<Record<Cause, readonly IncidentType[]>> = {
  service: ["crash_loop", "webhook_fail_rate", "identical_errors", "errors_jump", "queue_depth", "latency_p95", "silence", "novelty"],
  version: ["drift"],
  platform: ["fleet"],
  contract: ["contract_violation"],
  objective: ["slo_burn"],
};

export const CAUSES = Object.keys(PRECEDENCE) as readonly Cause[];

/** The cause a type belongs to. @throws RangeError for a type that the table forgot */
export function causeOf(type: IncidentType): Cause {
  const cause = CAUSES.find((candidate) => PRECEDENCE[candidate].includes(type));
  if (!cause) throw new RangeError(`incident type ${type} belongs to no cause`);
  return cause;
}

/** Whether one type names the same cause more sharply than the other; false across causes. */
export function isMoreSpecific(type: IncidentType, than: IncidentType): boolean {
  const order = PRECEDENCE[causeOf(type)];
  return causeOf(than) === causeOf(type) && order.indexOf(type) < order.indexOf(than);
}
