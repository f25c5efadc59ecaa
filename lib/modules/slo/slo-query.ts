import { z } from "zod";
import { moduleKey } from "@/lib/modules/types";
import { SLO_STATES } from "./types";

/** Spans of time that a budget's burn-down is drawn over, with the step between its points, in seconds. */
export const SLO_RANGES = {
  "6h": { seconds: 6 * 60 * 60, step: 300 },
  "3d": { seconds: 3 * 24 * 60 * 60, step: 3_600 },
  "30d": { seconds: 30 * 24 * 60 * 60, step: 86_400 },
} as const;
export type SloRange = keyof typeof SLO_RANGES;
export const SLO_RANGE_NAMES = ["6h", "3d", "30d"] as const satisfies readonly SloRange[];

/** Which objectives are listed; every parameter comes as text. */
export const slosQuery = z.strictObject({
  module: moduleKey.optional(),
  tenant_id: z.uuid().toLowerCase().optional(),
  state: z.enum(SLO_STATES).optional(),
});
export type SlosQuery = z.output<typeof slosQuery>;

/** For whom one objective is shown, and over which span its budget is drawn. */
export const sloQuery = z.strictObject({
  tenant_id: z.uuid().toLowerCase().optional(),
  range: z.enum(SLO_RANGE_NAMES).default("6h"),
});
export type SloQuery = z.output<typeof sloQuery>;
