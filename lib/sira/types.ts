import { z } from "zod";
import { INCIDENT_TYPES } from "@/lib/detection/types";
import { SEVERITIES } from "@/lib/kernel/severity";

export const SIRA_ACTIONS = ["none", "notify", "restart", "config_update", "patch", "rollback", "isolate"] as const;
export type SiraAction = (typeof SIRA_ACTIONS)[number];

/** How trouble begins: nothing is heard, a figure leaps, it has been growing, or it stands where it never used to. */
export const ONSETS = ["silent", "sudden", "gradual", "standing"] as const;
export type Onset = (typeof ONSETS)[number];

const evidence = z.strictObject({ fact: z.string().max(300), weight: z.number().min(-20).max(20) });

/**
 * The question put to SIRA, ours or a remote one (POST /api/sira/decide). Everything the decision may depend on is in
 * here, so that it can be stored and replayed.
 */
export const siraRequestSchema = z.strictObject({
  incident: z.strictObject({
    id: z.uuid(),
    tenant_id: z.uuid(),
    plugin_id: z.uuid(),
    plugin_key: z.string().max(128),
    type: z.enum(INCIDENT_TYPES),
    severity: z.enum(SEVERITIES),
    running_version: z.string().max(64),
    telemetry_snapshot: z.record(z.string(), z.number()),
    value: z.number(),
    reopened_count: z.number().int().min(0),
    /** Which rule or shape the finding was, finer than the type; left out by askers that do not know. */
    signature: z.string().max(128).optional(),
    /** How the trouble began (cases/onset-of.ts); left out by askers that do not know. */
    onset: z.enum(ONSETS).optional(),
  }),
  context: z.strictObject({
    /** Newest first: versions the plugin's channel may receive, with what they claim to fix and how they fared. */
    releases: z
      .array(
        z.strictObject({
          version: z.string().max(64),
          fixes: z.array(z.enum(INCIDENT_TYPES)).max(20),
          major: z.boolean(),
          succeeded: z.number().int().min(0),
          failed: z.number().int().min(0),
          failed_here: z.boolean(),
        }),
      )
      .max(20),
    last_good_version: z.string().max(64).nullable(),
    /** Incidents of this type now open in other plugins on the same version, out of how many on it. */
    same_version: z.strictObject({ sick: z.number().int().min(0), total: z.number().int().min(0) }),
    capabilities: z.array(z.string().max(64)).max(16),
    attempts_here: z.number().int().min(0),
    /** Actions that were carried out on this plugin for the same trouble of late and did not mend it for good. */
    failed_actions: z
      .array(z.strictObject({ action: z.enum(SIRA_ACTIONS), times: z.number().int().min(1) }))
      .max(SIRA_ACTIONS.length)
      .optional(),
    /** Share of such incidents, 0..0.2, that is left to people so that what healing brings can be told; left out, none is. */
    holdout_share: z.number().min(0).max(0.2).optional(),
  }),
  seed: z.number().int().min(0).max(0xffffffff),
});
export type SiraRequest = z.infer<typeof siraRequestSchema>;

/** SIRA's proposal. It only proposes: policy permits. `propensity` is the chance with which this action was drawn. */
export const siraDecisionSchema = z.strictObject({
  action: z.enum(SIRA_ACTIONS),
  patch_version: z.string().max(64).optional(),
  confidence: z.number().min(0).max(1),
  propensity: z.number().gt(0).max(1),
  evidence_for: z.array(evidence).max(20),
  evidence_against: z.array(evidence).max(20),
  model_version: z.string().min(1).max(64),
});
export type SiraDecision = z.infer<typeof siraDecisionSchema>;
