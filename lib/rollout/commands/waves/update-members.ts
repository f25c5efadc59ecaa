import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { pluginReleases } from "@/db/schema/delivery";
import { rolloutMembers } from "@/db/schema/rollout";
import { opsPolicy } from "@/db/schema/safety";
import { pluginState } from "@/db/schema/telemetry";
import type { WriterTx } from "@/db/writer";
import { buildPlan } from "@/lib/delivery/plan";
import { requireCalendarOpen } from "@/lib/gateway/calendar-gate";
import { defineCommand } from "@/lib/gateway/define-command";
import { requireFence } from "@/lib/gateway/lease";
import { requireSwitchesOpen } from "@/lib/gateway/switch-gate";
import type { CommandContext } from "@/lib/gateway/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { Refusal, refuse } from "@/lib/kernel/refusal";
import { compareVersions } from "@/lib/kernel/semver";
import type { WakeUp } from "@/lib/platform/background/queue";
import { LIMITS } from "@/lib/platform/limits";
import { newToken } from "@/lib/platform/random";
import { roomInFlight } from "../../waves/room-in-flight";
import { beginAttempt, writePlan } from "../begin-attempt";
import { readReleaseFlight } from "../release-flight";
import { lockRollout, type RolloutRow } from "./lock-rollout";

const MOVING = new Set(["running", "holding", "completed"]);

interface Place {
  readonly tenantId: string;
  readonly pluginId: string;
}
type ReleaseRow = typeof pluginReleases.$inferSelect;

/** Room beside everybody who is trying the release now, counted alone until the commit. */
async function roomLeft(tx: WriterTx, release: ReleaseRow): Promise<number> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`release:${release.pluginKey}:${release.version}`}, 0))`);
  const { inFlight, proven } = await readReleaseFlight(tx, release);
  return Math.min(roomInFlight(proven), LIMITS.rolloutInFlight) - inFlight;
}

async function lockMember(tx: WriterTx, rolloutId: string, { tenantId, pluginId }: Place) {
  const key = and(eq(rolloutMembers.tenantId, tenantId), eq(rolloutMembers.rolloutId, rolloutId), eq(rolloutMembers.pluginId, pluginId));
  const [member] = await tx.select().from(rolloutMembers).where(key).for("update");
  const [state] = await tx
    .select({ disk: pluginState.diskVersion })
    .from(pluginState)
    .where(and(eq(pluginState.tenantId, tenantId), eq(pluginState.pluginId, pluginId)));
  return member?.state === "planned" && state ? { key, tries: member.tries, disk: state.disk } : null;
}

/** Whether something is under way on the plugin: then it waits, since one change at a time can be judged. */
async function isBusy(tx: WriterTx, { tenantId, pluginId }: Place): Promise<boolean> {
  const rows = await tx.execute(sql`
    select 1 from plugin_autopatch_attempts where tenant_id = ${tenantId} and plugin_id = ${pluginId} and phase <> 'done' limit 1`);
  return rows.length > 0;
}

async function begin(
  tx: WriterTx,
  { rollout, release, policyVersion }: { rollout: RolloutRow; release: ReleaseRow; policyVersion: number },
  place: Place,
  context: CommandContext,
): Promise<WakeUp | null> {
  const member = await lockMember(tx, rollout.id, place);
  if (!member || compareVersions(member.disk, release.version) >= 0 || (await isBusy(tx, place))) return null;
  const plan = buildPlan({
    type: "update",
    plugin_ids: [place.pluginId],
    plugin_key: release.pluginKey,
    from_version: member.disk,
    to_version: release.version,
    artifact_sha256: release.sha256,
    policy_version: policyVersion,
    nonce: newToken(18),
    expires_at: new Date(context.now.getTime() + LIMITS.planLifeSeconds * 1_000).toISOString(),
  });
  const rehearsed = rollout.rehearsals[member.disk];
  const work = {
    ...place,
    incidentId: null,
    rolloutId: rollout.id,
    decisionId: null,
    plan,
    config: null,
    requestedBy: rollout.startedBy,
    isAutomatic: true,
    requiredSignatures: 0,
    ...(rehearsed?.passed && rehearsed.undo_token_digest ? { stagingReport: rehearsed } : {}),
  };
  await writePlan(tx, work, "executed", context);
  const { attemptId, wake } = await beginAttempt(tx, work, context);
  await tx
    .update(rolloutMembers)
    .set({ state: "updating", attemptId, tries: member.tries + 1, why: null, updatedAt: context.now })
    .where(member.key);
  return wake;
}

/** Whether no switch, freeze or closed hour holds this plugin at this very moment, read under the same lock as everywhere. */
async function isOpen(tx: WriterTx, place: Place, now: Date): Promise<boolean> {
  try {
    await requireSwitchesOpen(tx, { ...place, isAutomatic: true, category: "INTEGRATION" });
    await requireCalendarOpen(tx, place.tenantId, now);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** Some members of a rollout begin their attempts, as many as there is room for at this moment. */
export const updateMembers = defineCommand({
  name: "rollout.update_members",
  permission: "system",
  isPolled: true,
  input: z.strictObject({
    rolloutId: z.uuid(),
    fence: z.number().int(),
    expected: z.strictObject({ state: z.string(), wave: z.number().int() }),
    places: z
      .array(z.strictObject({ tenantId: z.uuid(), pluginId: z.uuid() }))
      .min(1)
      .max(LIMITS.rolloutStartsAtOnce),
  }),

  async apply(tx, { rolloutId, fence, expected, places }, context) {
    await requireFence(tx, { kind: "job", tenantId: PLATFORM_TENANT, id: rolloutId, fence });
    const rollout = await lockRollout(tx, rolloutId, context.actor);
    if (!MOVING.has(rollout.state) || rollout.state !== expected.state || rollout.wave !== expected.wave)
      refuse("conflict", "The rollout has moved on");
    const [release] = await tx.select().from(pluginReleases).where(eq(pluginReleases.id, rollout.releaseId)).for("share");
    if (release?.status !== "published") refuse("conflict", "The release is not published any more");
    const [policy] = await tx.select({ version: opsPolicy.version }).from(opsPolicy).where(eq(opsPolicy.id, 1)).for("share");
    if (!policy) refuse("unavailable", "The policy could not be read", { code: "ERR_SWITCHES_UNKNOWN" });
    const room = await roomLeft(tx, release);
    const wakes: WakeUp[] = [];
    for (const place of places) {
      if (wakes.length >= room) break;
      if (!(await isOpen(tx, place, context.now))) continue;
      const wake = await begin(tx, { rollout, release, policyVersion: policy.version }, place, context);
      if (wake) wakes.push(wake);
    }
    if (wakes.length === 0) refuse("conflict", "None of them could begin now");
    return {
      subject: `rollout:${rolloutId}`,
      tenantId: null,
      before: { state: rollout.state, wave: rollout.wave },
      after: { begun: wakes.map(({ id }) => id) },
      events: [movedEventOf(rolloutId)],
      wakes,
      result: { begun: wakes.length },
    };
  },
});

function movedEventOf(rolloutId: string) {
  return { name: "rollout.progressed", payload: { rolloutId } };
}
