import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { artifacts, pluginReleases } from "@/db/schema/delivery";
import type { TenantScope } from "@/lib/access/types";
import { askStagingRunner } from "@/lib/delivery/adapters/ask-staging-runner";
import { runStaging, type StagingInput } from "@/lib/delivery/adapters/staging-sandbox";
import type { StagingReport } from "@/lib/delivery/staging-report";
import { environment } from "@/lib/platform/env";
import { inSpan } from "@/lib/platform/observed/tracing/in-span";
import { type ReaderTx, read } from "@/lib/platform/scope";
import type { LoadedAttempt } from "./load-attempt";

async function readArtifact(tx: ReaderTx, pluginKey: string, version: string) {
  const [row] = await tx
    .select({ sha256: pluginReleases.sha256, bytes: artifacts.bytes, manifest: pluginReleases.manifest })
    .from(pluginReleases)
    .innerJoin(artifacts, eq(artifacts.sha256, pluginReleases.sha256))
    .where(and(eq(pluginReleases.pluginKey, pluginKey), eq(pluginReleases.version, version)));
  return row ?? null;
}

/** What the manifest of a release declares, as its vendor signed it; releases of before declared none. */
const declaredTests = z.looseObject({ smoke_tests: z.array(z.string()).default([]) }).transform((manifest) => manifest.smoke_tests);

/** A rehearsal that could not even begin: it counts as failed, so nothing is sent. */
function impossible(detail: string): StagingReport {
  return {
    passed: false,
    runner: "none",
    steps: [{ name: "verify", ok: false, ms: 0, detail }],
    undo_token_digest: null,
    before_digest: null,
    after_rollback_digest: null,
  };
}

/** In the sandbox of this machine, unless another was named. */
function rehearseSomewhere(input: StagingInput): Promise<StagingReport> {
  const { stagingRunner } = environment();
  const place = stagingRunner === null ? "here" : "runner";
  return inSpan("sandbox", { place }, () => (stagingRunner === null ? runStaging(input) : askStagingRunner(input, stagingRunner)));
}

/** Rehearses an attempt's release in the sandbox: applied, smoke-tested, rolled back, applied again. */
export async function rehearse({ row }: LoadedAttempt, pluginKey: string): Promise<StagingReport> {
  if (row.toVersion === null) return impossible("the plan names no version to rehearse");
  return rehearseChange({ pluginKey, fromVersion: row.fromVersion, toVersion: row.toVersion }, { kind: "set", ids: [row.tenantId] });
}

/** Rehearses one change of a plugin from one version to another. */
export async function rehearseChange(
  { pluginKey, fromVersion, toVersion }: { readonly pluginKey: string; readonly fromVersion: string; readonly toVersion: string },
  scope: TenantScope,
): Promise<StagingReport> {
  const found = await read(scope, async (tx) => ({
    candidate: await readArtifact(tx, pluginKey, toVersion),
    baseline: await readArtifact(tx, pluginKey, fromVersion),
  }));
  if (!found.candidate) return impossible(`the artifact of ${toVersion} is not here`);
  return rehearseSomewhere({
    artifact: found.candidate.bytes,
    sha256: found.candidate.sha256,
    manifest: {
      plugin_key: pluginKey,
      version: toVersion,
      smoke_tests: declaredTests.parse(found.candidate.manifest),
    },
    baseline: found.baseline ? { artifact: found.baseline.bytes } : null,
  });
}
