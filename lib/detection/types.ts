import type { z } from "zod";
import type { Severity } from "@/lib/kernel/severity";
import type { BeatSample } from "@/lib/telemetry/types";

export const INCIDENT_TYPES = [
  "webhook_fail_rate",
  "errors_jump",
  "identical_errors",
  "latency_p95",
  "queue_depth",
  "silence",
  "crash_loop",
  "drift",
  "novelty",
  "fleet",
  "contract_violation",
  "slo_burn",
] as const;
export type IncidentType = (typeof INCIDENT_TYPES)[number];

/** Everything a static rule may look at. `beats` is oldest first, bounded by LIMITS.windowBeats. */
export interface PluginWindow {
  readonly now: Date;
  readonly registeredVersion: string;
  /** Seconds until the next beat, as the server last asked for. */
  readonly expectedIntervalSeconds: number;
  readonly lastSeenAt: Date | null;
  readonly beats: readonly BeatSample[];
  /** The server's own probe of the site, where a URL is known and a probe was made. */
  readonly probe: { readonly at: Date; readonly ok: boolean; readonly detail: string } | null;
  readonly hasProbeUrl: boolean;
}

/** What a rule says about signals, with the figures that say it. */
export interface Finding {
  readonly ruleId: string;
  readonly type: IncidentType;
  readonly severity: Severity;
  /** First beat (or missed moment) in which the fault could be seen. */
  readonly observedAt: Date;
  readonly statistic: string;
  readonly value: number;
  /** Where the value usually lies, or null when nothing is known. */
  readonly usual: { readonly low: number; readonly high: number } | null;
  /** One sentence for a tired person. */
  readonly explain: string;
}

/** The most errors that a plugin's counter can have brought within so many seconds before its newest beat; null where nobody knows. */
export type ErrorsWithin = (spanSeconds: number) => number | null;

/** A static rule: data with a schema, and a pure verdict over one window. */
export interface Rule<Params extends z.ZodType = z.ZodType> {
  readonly id: string;
  readonly type: IncidentType;
  readonly explain: string;
  readonly params: Params;
  readonly defaults: z.infer<Params>;
  evaluate(window: PluginWindow, params: z.infer<Params>): Finding | null;
  /**
   * Cheap superset of `evaluate` over the newest beat alone: true whenever a window ending with this beat could give a
   * finding. Absent on rules that no beat can set off (silence is found by the scan).
   *
   * @param previousBootId  boot of the beat before: null when there was none, undefined when the caller does not know
   * @param errorsWithin    where the caller kept count, see ErrorsWithin
   */
  mayFire?(beat: BeatSample, params: z.infer<Params>, previousBootId: string | null | undefined, errorsWithin?: ErrorsWithin): boolean;
}

/** What the stored configuration says of each rule, by rule id; a rule without an entry runs with its defaults. Never mutated. */
export type ConfiguredRules = Readonly<Record<string, { readonly enabled: boolean; readonly params: unknown } | undefined>>;
