import { counterRise } from "@/lib/detection/counter-rise";
import { median } from "@/lib/rollout/health/observed-health";
import type { HealthInput } from "@/lib/rollout/types";
import type { BeatSample } from "@/lib/telemetry/types";

/**
 * How a plugin fared before a patch was applied: what the patch must not worsen.
 *
 * Only beats of the version that ran last are read, so an older release does not blur the picture.
 *
 * @param beats  of one plugin, oldest first, all before `applied`
 * @returns rates from the counters where they exist, else the reported ones; null where nothing was known
 */
export function baselineOf(beats: readonly BeatSample[]): HealthInput["baseline"] {
  const version = beats.at(-1)?.runningVersion;
  const same = beats.filter((beat) => beat.runningVersion === version);
  let sent = 0;
  let failed = 0;
  let errors: number | null = null;
  let minutes = 0;
  for (const [index, beat] of same.entries()) {
    const previous = same[index - 1];
    if (!previous) continue;
    const counted = counterRise(previous, beat, "webhooks_sent");
    sent += counted ?? 0;
    failed += Math.min(counted ?? 0, counterRise(previous, beat, "webhooks_failed") ?? 0);
    const rise = counterRise(previous, beat, "errors_total");
    if (rise !== null) {
      errors = (errors ?? 0) + rise;
      minutes += (beat.receivedAt.getTime() - previous.receivedAt.getTime()) / 60_000;
    }
  }
  const rates = same.flatMap((beat) => beat.telemetry.webhook_fail_rate ?? []);
  const meanRate = rates.length > 0 ? rates.reduce((sum, rate) => sum + rate, 0) / rates.length : null;
  return {
    failRate: sent > 0 ? failed / sent : meanRate,
    errorsPerMinute: errors !== null && minutes > 0 ? errors / minutes : null,
    latencyP95Ms: median(same.flatMap((beat) => beat.telemetry.latency_p95_ms ?? [])),
  };
}
