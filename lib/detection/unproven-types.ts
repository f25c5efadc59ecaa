import { counterRise } from "@/lib/detection/counter-rise";
import { crashLoop } from "@/lib/detection/rules/crash-loop";
import type { IncidentType, PluginWindow } from "@/lib/detection/types";

/** A boot that has lasted this long is taken to hold. */
const STABLE_SECONDS = 120;

/**
 * Incident types about which the newest beat says nothing, so that it must not count as a clean one: unknown is never green.
 *
 * A beat without webhooks cannot prove that webhooks succeed again, one without the figure cannot clear the figure's
 * incident, and the first minutes of a boot do not end a crash loop.
 */
export function unprovenTypes(window: PluginWindow): ReadonlySet<IncidentType> {
  const types = new Set<IncidentType>();
  const last = window.beats.at(-1);
  if (!last) return types;
  const sent = counterRise(window.beats.at(-2) ?? null, last, "webhooks_sent");
  const saysNothingOfWebhooks = sent === null ? last.telemetry.webhook_fail_rate === undefined : sent === 0;
  if (saysNothingOfWebhooks) types.add("webhook_fail_rate");
  if (last.telemetry.latency_p95_ms === undefined) types.add("latency_p95");
  if (last.telemetry.queue_depth === undefined) types.add("queue_depth");

  const firstOfBoot = window.beats.find((beat) => beat.bootId === last.bootId) ?? last;
  const bootSeconds = (last.receivedAt.getTime() - firstOfBoot.receivedAt.getTime()) / 1_000;
  if (!last.active || bootSeconds < STABLE_SECONDS) types.add(crashLoop.type);
  return types;
}
