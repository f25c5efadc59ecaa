import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { moduleReleases } from "@/db/schema/modules/snapshots";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { judgeSet, setDigest } from "../judge-set";

const input = z.strictObject({
  centerVersion: z.string().max(64),
  schemaVersion: z.string().max(200),
  members: z.record(z.string(), z.strictObject({ version: z.string(), manifest_digest: z.string().nullable() })),
  hasTrouble: z.boolean(),
});

/** Notes that another set of versions runs, or that the one that runs did so long enough without an incident to be gone back to. */
export const observeRelease = defineCommand({
  name: "release.observe",
  permission: "system",
  isPolled: true,
  input,

  async apply(tx, { hasTrouble, ...set }, { now, newId }) {
    const digest = setDigest(set);
    const [current] = await tx.select().from(moduleReleases).where(isNull(moduleReleases.endedAt)).for("update");
    const verdict = judgeSet(current ?? null, digest, hasTrouble, now);
    if (verdict === "nothing") refuse("conflict", "The same set runs");
    const here = (id: string) => and(eq(moduleReleases.tenantId, PLATFORM_TENANT), eq(moduleReleases.id, id));
    if (verdict === "validate" && current) {
      await tx.update(moduleReleases).set({ status: "validated", validatedAt: now }).where(here(current.id));
      const after = { status: "validated", digest };
      return {
        subject: `release-set:${current.id}`,
        tenantId: PLATFORM_TENANT,
        before: { status: current.status },
        after,
        result: { id: current.id, verdict },
      };
    }
    if (current) await tx.update(moduleReleases).set({ endedAt: now }).where(here(current.id));
    const id = newId();
    await tx.insert(moduleReleases).values({ tenantId: PLATFORM_TENANT, id, digest, ...set, status: "observed", seenAt: now });
    const before = current ? { id: current.id, members: current.members } : null;
    const after = { id, ...set };
    const events = [{ name: "release_set.began", payload: { id, digest } }];
    return { subject: `release-set:${id}`, tenantId: PLATFORM_TENANT, before, after, events, result: { id, verdict } };
  },
});
