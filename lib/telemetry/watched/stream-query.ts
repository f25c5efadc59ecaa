import { z } from "zod";
import { STREAM_METRICS } from "@/lib/detection/detectors/plugin-streams";
import type { StreamMetric } from "@/lib/detection/detectors/watch-stream";
import { LIMITS } from "@/lib/platform/limits";

const HOUR_MS = 60 * 60 * 1_000;

/** Lengths of time in which a stream is looked at, in milliseconds. */
const RANGES = { "1h": HOUR_MS, "6h": 6 * HOUR_MS, "24h": 24 * HOUR_MS, "7d": 7 * 24 * HOUR_MS } as const;
export const STREAM_RANGES = ["1h", "6h", "24h", "7d"] as const satisfies readonly (keyof typeof RANGES)[];

/** The query of a stream as it comes, every parameter as text. */
export const streamQuery = z.strictObject({
  metric: z.enum(STREAM_METRICS),
  range: z.enum(STREAM_RANGES).default("24h"),
  /** Where the range ends; now when it is left out. */
  to: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .optional(),
  /** At most so many beats are answered; a drawing needs no more than it has pixels. */
  points: z
    .string()
    .regex(/^\d{1,4}$/, "a whole number")
    .transform(Number)
    .refine((points) => points >= 3 && points <= LIMITS.streamPoints, `3 to ${LIMITS.streamPoints}`)
    .default(LIMITS.streamPoints),
});

export interface StreamSpan {
  readonly metric: StreamMetric;
  readonly from: Date;
  readonly to: Date;
  readonly points: number;
}

/** What a query of a stream means; an end that lies ahead is now. */
export function streamSpan({ metric, range, to, points }: z.output<typeof streamQuery>, now: Date): StreamSpan {
  const end = to && to < now ? to : now;
  return { metric, from: new Date(end.getTime() - RANGES[range]), to: end, points };
}
