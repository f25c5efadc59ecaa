import { z } from "zod";
import { COMMAND_TYPES, type PlanDocument } from "@/lib/delivery/types";
import { canonicalJson, sha256Hex } from "@/lib/kernel/canonical-json";
import { LIMITS } from "@/lib/platform/limits";

const version = z.string().min(1).max(64);

/** What a plan may say (protocol.md, Trust and commands). */
export const planSchema = z.strictObject({
  type: z.enum(COMMAND_TYPES),
  plugin_ids: z.array(z.uuid()).min(1).max(LIMITS.planTargets),
  plugin_key: z.string().min(1).max(128),
  from_version: version.nullable(),
  to_version: version.nullable(),
  artifact_sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  policy_version: z.number().int().min(0),
  nonce: z.string().min(16).max(128),
  expires_at: z.iso.datetime(),
  impact: z.enum(["normal", "high"]).optional(),
  quorum_for: z.enum(["high_impact", "all"]).optional(),
}) satisfies z.ZodType<PlanDocument>;

/** A plan with the exact bytes that approvers sign and agents hash. */
export interface Plan {
  readonly document: PlanDocument;
  readonly bytes: Buffer;
  /** `sha256:<hex>` of the bytes. */
  readonly digest: string;
}

/**
 * Binds what is to be done: everything that approval, signature and execution depend on is in these bytes.
 * Targets are sorted and distinct, so that the same set has the same digest.
 *
 * @throws ZodError for a document that no agent would accept
 */
export function buildPlan(input: PlanDocument): Plan {
  const document = planSchema.parse({ ...input, plugin_ids: [...new Set(input.plugin_ids)].sort() });
  const bytes = Buffer.from(canonicalJson(document), "utf8");
  return { document, bytes, digest: planDigest(bytes) };
}

/** The digest of a plan's bytes as they stand, whether or not they are canonical. */
export function planDigest(bytes: Uint8Array): string {
  return `sha256:${sha256Hex(bytes)}`;
}
