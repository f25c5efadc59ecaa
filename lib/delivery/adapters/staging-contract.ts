import { z } from "zod";
import type { StagingInput } from "@/lib/delivery/adapters/staging-sandbox";
import { LIMITS } from "@/lib/platform/limits";

const base64 = z.base64().max(Math.ceil(LIMITS.artifactBytes / 3) * 4);

/** What Center sends to a staging runner elsewhere: `POST /rehearse`, answered by a staging report. */
const rehearsalSchema = z.strictObject({
  artifact: base64,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "64 lower-case hex digits"),
  manifest: z.strictObject({
    plugin_key: z.string().min(1).max(128),
    version: z.string().min(1).max(64),
    smoke_tests: z.array(z.string().min(1).max(1_024)).max(20).optional(),
  }),
  /** What runs at the merchant today; null when nothing does. */
  baseline: z.strictObject({ artifact: base64 }).nullable(),
});

/** Two artifacts in base64 and what stands around them. */
export const REHEARSAL_BYTES = 2 * Math.ceil(LIMITS.artifactBytes / 3) * 4 + 32_768;

/** @returns the body of a call */
export function writeRehearsal({ artifact, sha256, manifest, baseline }: StagingInput): string {
  const { plugin_key, version, smoke_tests } = manifest;
  const encoded = baseline === null ? null : { artifact: baseline.artifact.toString("base64") };
  return JSON.stringify({
    artifact: artifact.toString("base64"),
    sha256,
    manifest: { plugin_key, version, ...(smoke_tests ? { smoke_tests: [...smoke_tests] } : {}) },
    baseline: encoded,
  } satisfies z.input<typeof rehearsalSchema>);
}

/** @throws z.ZodError, SyntaxError when the text is no rehearsal */
export function readRehearsal(text: string): StagingInput {
  const { artifact, baseline, ...rest } = rehearsalSchema.parse(JSON.parse(text));
  const decoded = baseline === null ? null : { artifact: Buffer.from(baseline.artifact, "base64") };
  return { ...rest, artifact: Buffer.from(artifact, "base64"), baseline: decoded };
}
