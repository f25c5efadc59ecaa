import { eq } from "drizzle-orm";
import { z } from "zod";
import { artifacts, pluginReleases } from "@/db/schema/delivery";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { sha256Hex } from "@/lib/kernel/canonical-json";
import { refuse } from "@/lib/kernel/refusal";
import { gunzip, inflate } from "@/lib/platform/web/unpack-bytes";
import { ArchiveError } from "../archive/archive-entries";
import { readArtifact } from "../archive/read-artifact";
import { releaseItem } from "../release-item";
import { decideAnew } from "./decide-anew";

/** @throws Refusal invalid for an archive that no agent would unpack: told to its vendor now, not to shops later */
function requireSoundArchive(bytes: Uint8Array): void {
  try {
    readArtifact(bytes, { gunzip, inflate });
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    refuse("invalid", `The artifact is no zip or tar.gz that an agent would unpack: ${error.message}`);
  }
}

/**
 * The bytes of a release arrive; if they are exactly those that it announced, it is published. The same bytes again change
 * nothing, so no idempotency key is needed.
 */
export const storeArtifact = defineCommand({
  name: "artifact.store",
  permission: "release:write",
  input: z.strictObject({ releaseId: z.uuid(), bytes: z.instanceof(Uint8Array) }),

  async apply(tx, { releaseId, bytes }, { actor, now }) {
    requireAllTenants(actor, "Releases");
    const [before] = await tx.select().from(pluginReleases).where(eq(pluginReleases.id, releaseId)).for("update");
    if (!before) refuse("not-found", `No release ${releaseId}`);
    if (before.status === "recalled") refuse("conflict", "This release was recalled");
    if (bytes.length !== before.length || sha256Hex(bytes) !== before.sha256) {
      refuse("invalid", `These are not the announced ${before.length} bytes with SHA-256 ${before.sha256}`, {
        code: "ERR_ARTIFACT_MISMATCH",
      });
    }
    requireSoundArchive(bytes);
    await tx
      .insert(artifacts)
      .values({ sha256: before.sha256, bytes: Buffer.from(bytes), createdAt: now })
      .onConflictDoNothing();
    await tx.update(pluginReleases).set({ status: "published" }).where(eq(pluginReleases.id, releaseId));
    if (before.status === "draft") await decideAnew(tx, before.pluginKey, now);
    const result = releaseItem({ ...before, status: "published" });
    const event = { name: "release.published", payload: { releaseId, pluginKey: before.pluginKey, version: before.version } };
    return {
      subject: `release:${releaseId}`,
      tenantId: null,
      before: releaseItem(before),
      after: result,
      events: before.status === "draft" ? [event] : [],
      result,
    };
  },
});
