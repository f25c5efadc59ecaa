import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { pluginReleases } from "@/db/schema/delivery";
import { releaseRecalls, rollouts } from "@/db/schema/rollout";
import type { WriterTx } from "@/db/writer";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { callBackVersion, forbidVersion } from "./call-back";
import { endRollouts } from "./end-rollouts";

const input = z.strictObject({
  /** One of the three names the version. */
  releaseId: z.uuid().optional(),
  rolloutId: z.uuid().optional(),
  release: z.strictObject({ pluginKey: z.string().max(128), version: z.string().max(64) }).optional(),
  reason: z.string().trim().min(1).max(LIMITS.reasonCharacters),
});
type Ordered = z.output<typeof input>;

async function findRelease(tx: WriterTx, { releaseId, rolloutId, release }: Ordered) {
  if ([releaseId, rolloutId, release].filter((given) => given !== undefined).length !== 1) refuse("invalid", "Name one version");
  const [rollout] =
    rolloutId === undefined
      ? []
      : await tx
          .select({ releaseId: rollouts.releaseId })
          .from(rollouts)
          .where(and(eq(rollouts.tenantId, PLATFORM_TENANT), eq(rollouts.id, rolloutId)));
  if (rolloutId !== undefined && !rollout) refuse("not-found", `No rollout ${rolloutId}`);
  const id = releaseId ?? rollout?.releaseId;
  const named = release
    ? and(eq(pluginReleases.pluginKey, release.pluginKey), eq(pluginReleases.version, release.version))
    : eq(pluginReleases.id, id ?? "");
  const [row] = await tx.select().from(pluginReleases).where(named).for("update");
  return row ?? refuse("not-found", "No such release");
}

/**
 * A version is pulled everywhere: nobody gets it any more, what is under way with it is called back, and workers take every
 * plugin that runs it back to what it had before. One person and a reason; the same again finds nothing left to do.
 */
export const recallRelease = defineCommand({
  name: "release.recall",
  permission: "switch:safer",
  input,

  async apply(tx, ordered, context) {
    const { actor, now } = context;
    requireAllTenants(actor, "Recalls");
    const release = await findRelease(tx, ordered);
    const { pluginKey, version } = release;
    const once = and(
      eq(releaseRecalls.tenantId, PLATFORM_TENANT),
      eq(releaseRecalls.releaseId, release.id),
      eq(releaseRecalls.kind, "recall"),
    );
    const [known] = await tx.select().from(releaseRecalls).where(once);
    const recallId = known?.id ?? context.newId();
    await forbidVersion(tx, release, context);
    const wakes = await callBackVersion(tx, { pluginKey, version, rolloutId: null }, ordered.reason, context);
    const ended = await endRollouts(tx, { releaseId: release.id, state: "recalled", reason: ordered.reason }, context);
    if (!known) {
      await tx.insert(releaseRecalls).values({
        tenantId: PLATFORM_TENANT,
        id: recallId,
        kind: "recall",
        releaseId: release.id,
        rolloutId: ended[0] ?? ordered.rolloutId ?? null,
        pluginKey,
        version,
        reason: ordered.reason,
        orderedBy: actor.id,
        at: now,
      });
    }
    const called = { releaseId: release.id, pluginKey, version };
    return {
      subject: `release:${release.id}`,
      tenantId: null,
      before: { status: release.status },
      after: { status: "recalled", recall_id: recallId, called_back: wakes.length },
      reason: ordered.reason,
      events: [
        { name: "release.recalled", payload: { ...called, actor: actor.id, reason: ordered.reason, isRepeated: known !== undefined } },
        ...ended.map((rolloutId) => ({ name: "rollout.moved", payload: { rolloutId, state: "recalled" } })),
      ],
      wakes,
      result: { recall_id: recallId, plugin_key: pluginKey, version, called_back: wakes.length, repeated: known !== undefined },
    };
  },
});
