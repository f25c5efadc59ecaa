import { z } from "zod";

/** What a rehearsal does, in this order; a step that fails is the last one of its report. */
export const STAGING_STEPS = ["verify", "apply", "smoke", "rollback", "digest", "reapply"] as const;

export const stagingStepSchema = z.strictObject({
  name: z.enum(STAGING_STEPS),
  ok: z.boolean(),
  /** Duration in milliseconds. */
  ms: z.number().nonnegative(),
  /** What was found, in one or two sentences for the person who reads the attempt. */
  detail: z.string(),
});

/** What a rehearsal in the staging sandbox found. It passed only when every step did; a wave needs its undo token. */
export const stagingReportSchema = z.strictObject({
  passed: z.boolean(),
  /** What confined the candidate; "none" when it was never started. */
  runner: z.enum(["bwrap", "unshare", "none"]),
  steps: z.array(stagingStepSchema).max(STAGING_STEPS.length),
  /** `sha256:<hex>`, bound to both artifacts and all three digests; null unless everything passed. */
  undo_token_digest: z.string().nullable(),
  /** `sha256:<hex>` of the shop's files before the candidate was applied. */
  before_digest: z.string().nullable(),
  /** The same after it was rolled back: equal, or undo is not proven. */
  after_rollback_digest: z.string().nullable(),
});

export type StagingStepName = (typeof STAGING_STEPS)[number];
export type StagingStep = z.infer<typeof stagingStepSchema>;
export type StagingReport = z.infer<typeof stagingReportSchema>;
