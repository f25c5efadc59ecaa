import type { PluginItem } from "../../live/items";
import type { PresenceLimits } from "../presence";

/** One plugin with all that it said of itself last (GET /api/ops/plugins/:id). */
export interface PluginDetail extends PluginItem {
  readonly tenant_slug: string;
  readonly probe_url: string | null;
  readonly payment_volume: number;
  readonly created_at: string;
  readonly active: boolean | null;
  readonly errors: readonly { readonly code: string; readonly fingerprint: string; readonly count: number }[] | null;
  readonly capabilities: readonly string[] | null;
  readonly platform: Readonly<Record<string, string>> | null;
}

/** One measure over time, thinned to what can be drawn (GET /api/ops/plugins/:id/series). */
export interface SeriesItem {
  readonly from: string;
  readonly to: string;
  readonly step_seconds: number;
  readonly is_thinned: boolean;
  readonly points: readonly SeriesPointItem[];
}

export interface SeriesPointItem {
  readonly at: string;
  readonly value: number;
  readonly max: number | null;
  readonly after_gap: boolean;
}

export const MEASURES = ["webhook_fail_rate", "errors", "latency_p95_ms", "queue_depth"] as const;

export interface Measure {
  readonly metric: (typeof MEASURES)[number];
  readonly url: string;
  readonly series: SeriesItem;
}

/** When silence means what, how often a beat is due, and how long an old secret stays good. */
export interface PluginLimits extends PresenceLimits {
  readonly everySeconds: number;
  readonly overlapHours: number;
}
