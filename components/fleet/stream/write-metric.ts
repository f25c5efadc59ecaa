import type { useFormatter } from "next-intl";

export const STREAMS = ["webhook_fail_rate", "errors_a_minute", "latency_p95_ms", "queue_depth", "memory_mb"] as const;
export type StreamName = (typeof STREAMS)[number];

const UNITS: Readonly<Partial<Record<StreamName, string>>> = { latency_p95_ms: "ms", memory_mb: "MB" };

/** Writes values of a metric with its unit. */
export function metricWriter(metric: StreamName, format: Pick<ReturnType<typeof useFormatter>, "number">): (value: number) => string {
  if (metric === "webhook_fail_rate") return (value) => format.number(value, { style: "percent", maximumFractionDigits: 1 });
  const unit = UNITS[metric];
  return (value) => {
    const figure = format.number(value, { maximumFractionDigits: Math.abs(value) < 10 ? 1 : 0 });
    return unit ? `${figure} ${unit}` : figure;
  };
}

/** Where a metric of a plugin is looked at; without a range as the page begins. */
export function streamHref(pluginId: string, metric: string, { range, to }: { range?: string; to?: string | null } = {}): string {
  const search = new URLSearchParams({ ...(range ? { range } : {}), ...(to ? { to } : {}) });
  return `/fleet/${pluginId}/streams/${metric}${search.size > 0 ? `?${search}` : ""}`;
}
