import { counterRise } from "@/lib/detection/counter-rise";
import { crashLoop } from "@/lib/detection/rules/crash-loop";
import { drift } from "@/lib/detection/rules/drift";
import type { IncidentType, PluginWindow } from "@/lib/detection/types";

/** A boot that has lasted this long is taken to hold. */
const STABLE_SECONDS = 120;

/**
 * Incident types about which the newest beat says nothing, so that it must not count as a clean one: unknown is never green.
 *
 * A beat without webhooks cannot prove that webhooks succeed again, one without the figure cannot clear the figure's
 * incident, one whose disk differs does not end a drift, and the first minutes of a boot do not end a crash loop.
 */
export function unprovenTypes(window: PluginWindow): ReadonlySet<IncidentType> {
  const types = new Set<IncidentType>();
  const last = window.beats.at(-1);
  if (!last) return types;
  // What a contract was broken with does not heal: a person has to look.
  types.add("contract_violation");
  const sent = counterRise(window.beats.at(-2) ?? null, last, "webhooks_sent");
  const saysNothingOfWebhooks = sent === null ? last.telemetry.webhook_fail_rate === undefined : sent === 0;
  if (saysNothingOfWebhooks) types.add("webhook_fail_rate");
  if (last.telemetry.latency_p95_ms === undefined) types.add("latency_p95");
  if (last.telemetry.queue_depth === undefined) types.add("queue_depth");

  // While they differ nobody knows whether a swap is under way or was never finished: the rule waits before it says so.
  if (last.runningVersion !== last.diskVersion) types.add(drift.type);

  const firstOfBoot = window.beats.find((beat) => beat.bootId === last.bootId) ?? last;
  const bootSeconds = (last.receivedAt.getTime() - firstOfBoot.receivedAt.getTime()) / 1_000;
  if (!last.active || bootSeconds < STABLE_SECONDS) types.add(crashLoop.type);
  return types;
}
