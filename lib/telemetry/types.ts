import { z } from "zod";
import { LIMITS } from "@/lib/platform/limits";

/** What a clock may say: PostgreSQL and ECMAScript agree on these years. */
const LATEST = Date.parse("9999-12-31T23:59:59.999Z");
const isInstant = (text: string) => Date.parse(text) >= 0 && Date.parse(text) <= LATEST;

const version = z.string().min(1).max(64);

/** What a plugin says of itself in one beat (contract.md, Plugins). `telemetry` is an open map of finite numbers. */
export const beatSchema = z.strictObject({
  type: z.literal("plugin.heartbeat"),
  timestamp: z.iso.datetime({ offset: true }).refine(isInstant, "lies outside 1970 to 9999"),
  data: z.strictObject({
    plugin_id: z.uuid(),
    boot_id: z.uuid(),
    seq: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
    running_version: version,
    disk_version: version,
    active: z.boolean(),
    platform: z
      .strictObject({ name: z.string().max(64), version: z.string().max(64), runtime: z.string().max(64) })
      .partial()
      .optional(),
    telemetry: z
      .record(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/), z.number())
      .refine((map) => Object.keys(map).length <= LIMITS.telemetryNumbers, `at most ${LIMITS.telemetryNumbers} numbers`)
      .refine(({ webhook_fail_rate: share = 0 }) => share >= 0 && share <= 1, {
        path: ["webhook_fail_rate"],
        message: "a share lies between 0 and 1",
      }),
    errors: z
      .array(z.strictObject({ code: z.string().max(128), fingerprint: z.string().max(128), count: z.number().int().min(0) }))
      .max(50)
      .optional(),
    /** Names of command types; an empty list says that the agent can do nothing, none at all that it says nothing. */
    capabilities: z
      .array(z.string().regex(/^[!-~]{1,64}$/))
      .max(16)
      .optional(),
    last_checkpoint: z.string().max(512).optional(),
  }),
});
export type Beat = z.infer<typeof beatSchema>;

/** One stored beat, as rules and judges see it. Times are the server's, counters cumulative per boot. */
export interface BeatSample {
  readonly receivedAt: Date;
  readonly bootId: string;
  readonly seq: number;
  readonly runningVersion: string;
  readonly diskVersion: string;
  readonly active: boolean;
  readonly telemetry: Readonly<Record<string, number>>;
  readonly errors: readonly { code: string; fingerprint: string; count: number }[];
}

/** What a scan knows of a plugin before it loads its window. */
export interface ScanSubject {
  readonly tenantId: string;
  readonly pluginId: string;
  readonly probeUrl: string | null;
  /** An incident is open or an attempt runs. */
  readonly isWatched: boolean;
  /** It runs another version than the last that it has proven to run well on. */
  readonly isUnproven: boolean;
  readonly bootedAt: Date;
  /** Its newest word. */
  readonly newest: BeatSample;
}

/** What can be drawn over time (GET /api/ops/plugins/{id}/series). */
export const SERIES_METRICS = [
  "beats",
  "webhooks_sent",
  "webhooks_failed",
  "errors",
  "webhook_fail_rate",
  "latency_p95_ms",
  "queue_depth",
] as const;
export type SeriesMetric = (typeof SERIES_METRICS)[number];
