import { bucketOf } from "@/lib/modules/signals/latency-buckets";
import { SURFACES, type Surface } from "@/lib/modules/signals/types";
import type { Criticality } from "@/lib/modules/types";
import { type Objective, SLO_METRICS, type SloMetric } from "../types";
import { DEFAULTS, OVERRIDES, type Promised } from "./objective-defaults";

interface MeasuredModule {
  readonly moduleKey: string;
  readonly criticality: Criticality;
}

const BUCKET_RATIO = 1.2;

/**
 * The limit that is really measured: the lower edge of the bucket that holds the wanted one. A request within that bucket may have been
 * faster or slower, and counts as slow: a promise is at most a sixth stricter than its words, and never laxer.
 */
export function measuredLimit(wantedMs: number): { readonly bucket: number; readonly limitMs: number } {
  const bucket = bucketOf(wantedMs);
  return { bucket, limitMs: BUCKET_RATIO ** bucket };
}

/** What is promised about one metric of a surface. */
export function promiseOf({ moduleKey, criticality }: MeasuredModule, surface: Surface, metric: SloMetric): Promised {
  const own = Object.hasOwn(OVERRIDES, moduleKey) ? OVERRIDES[moduleKey] : undefined;
  return own?.[surface]?.[metric] ?? DEFAULTS[surface][metric][criticality];
}

/** Every promise about one surface of a module. */
export function objectivesOf(module: MeasuredModule, surface: Surface): Objective[] {
  return SLO_METRICS.map((metric) => {
    const { target, wantedMs } = promiseOf(module, surface, metric);
    return {
      ...{ id: `${module.moduleKey}.${surface}.${metric}`, moduleKey: module.moduleKey, surface, metric, target },
      limitMs: wantedMs === undefined ? null : measuredLimit(wantedMs).limitMs,
    };
  });
}

/** From which latency bucket on a request of a surface is slow. */
export interface SlowFrom {
  readonly surface: Surface;
  readonly bucket95: number;
  readonly bucket99: number;
}

/** The buckets from which requests of a module are slow, for each surface. */
export function slowFrom(module: MeasuredModule): SlowFrom[] {
  const bucket = (surface: Surface, metric: "latency_p95" | "latency_p99") =>
    measuredLimit(promiseOf(module, surface, metric).wantedMs ?? Number.POSITIVE_INFINITY).bucket;
  return SURFACES.map((surface) => ({
    surface,
    bucket95: bucket(surface, "latency_p95"),
    bucket99: bucket(surface, "latency_p99"),
  }));
}

/** What an objective's id names. @returns null where it names none */
export function readObjectiveId(id: string): { readonly moduleKey: string; readonly surface: Surface; readonly metric: SloMetric } | null {
  const [moduleKey = "", surfaceName, metricName, ...more] = id.split(".");
  const surface = SURFACES.find((name) => name === surfaceName);
  const metric = SLO_METRICS.find((name) => name === metricName);
  return surface && metric && moduleKey && more.length === 0 ? { moduleKey, surface, metric } : null;
}
