import type { ModuleFindingType } from "@/lib/modules/types";

export const MODULE_CAUSES = ["service", "data", "isolation", "objective", "survival"] as const;
/** What a module's incident is about. One module has at most one incident of each cause for a tenant at a time. */
export type ModuleCause = (typeof MODULE_CAUSES)[number];

/**
 * Types of one cause, the most specific first: the sharper word wins, the others are its symptoms.
 *
 * An integration that is down makes calls time out, retries run away, the queue fill and letters die; whoever is woken wants one
 * incident named after the sharpest of these. Wrong data, a tenant seen by another, a spent error budget and a backup that proves
 * nothing need other actions, so each is a cause of its own.
 */
const PRECEDENCE: Readonly<Record<ModuleCause, readonly ModuleFindingType[]>> = {
  service: [
    "integration_down",
    "database_errors",
    "runaway_retries",
    "dead_letters",
    "queue_saturation",
    "timeouts",
    "identical_errors",
    "error_spike",
    "perf_drift",
    "silence",
  ],
  data: ["billing_anomaly", "data_invalid", "quota_overflow", "metering_anomaly"],
  isolation: ["cross_tenant", "contract_violation"],
  objective: ["slo_burn"],
  survival: ["restore_stale"],
};

/** The cause a type belongs to. @throws RangeError for a type that the table forgot */
export function moduleCauseOf(type: ModuleFindingType): ModuleCause {
  const cause = MODULE_CAUSES.find((candidate) => PRECEDENCE[candidate].includes(type));
  if (!cause) throw new RangeError(`finding type ${type} belongs to no cause`);
  return cause;
}

/** Whether one type names the same cause more sharply than the other; false across causes. */
export function isSharper(type: ModuleFindingType, than: ModuleFindingType): boolean {
  const order = PRECEDENCE[moduleCauseOf(type)];
  return moduleCauseOf(than) === moduleCauseOf(type) && order.indexOf(type) < order.indexOf(than);
}
