import { and, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { pluginReleases } from "@/db/schema/delivery";
import { rolloutMembers, rollouts } from "@/db/schema/rollout";
import { opsPolicy } from "@/db/schema/safety";
import type { WriterTx } from "@/db/writer";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { requireStepUp } from "@/lib/access/step-up/require-step-up";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { compareVersions } from "@/lib/kernel/semver";
import { LIMITS } from "@/lib/platform/limits";
import { policyOf } from "@/lib/policy/policy-of";
import type { Policy } from "@/lib/policy/types";
import { type Candidate, planWaves } from "../../waves/plan-waves";
import { startDigest } from "../../waves/rollout-digests";
import { overrideWaves, waveOverridesSchema } from "../../waves/wave-overrides";
import { requireSigned } from "../require-signed";
import { briefOf, movedEvent, requireNotAuthor, requireTyped } from "./lock-rollout";

const ROWS_AT_ONCE = 500;
const input = z.strictObject({
  releaseId: z.uuid(),
  /** `<plugin_key> <version>`, typed by the person. */
  confirm: z.string().max(256),
  reason: z.string().trim().min(LIMITS.orderReasonCharacters).max(LIMITS.reasonCharacters),
  overrides: waveOverridesSchema.default([]),
});
type ReleaseRow = typeof pluginReleases.$inferSelect;

async function readRelease(tx: WriterTx, releaseId: string): Promise<ReleaseRow> {
  const [release] = await tx.select().from(pluginReleases).where(eq(pluginReleases.id, releaseId)).for("share");
  if (!release) refuse("not-found", "No such release");
  if (release.status !== "published") refuse("conflict", `${release.version} is ${release.status}: it cannot be rolled out`);
  if (release.schemaEffect === "irreversible")
    refuse("conflict", `${release.version} cannot be undone: it is never rolled out automatically`, { code: "ERR_LEVEL_3" });
  await requireSigned(tx, release);
  return release;
}

async function requireNoOther(tx: WriterTx, { pluginKey }: ReleaseRow): Promise<void> {
  const live = and(
    eq(rollouts.tenantId, PLATFORM_TENANT),
    eq(rollouts.pluginKey, pluginKey),
    inArray(rollouts.state, ["staging", "running", "holding", "paused"]),
  );
  const [other] = await tx.select({ version: rollouts.version }).from(rollouts).where(live);
  if (other) refuse("conflict", `${other.version} of ${pluginKey} is being rolled out already`);
}

/** The policy as it is when the rollout begins: it keeps what it began with. */
async function holdPolicy(tx: WriterTx): Promise<Policy> {
  const [row] = await tx.select().from(opsPolicy).where(eq(opsPolicy.id, 1)).for("share");
  return row ? policyOf(row) : refuse("unavailable", "The policy could not be read", { code: "ERR_SWITCHES_UNKNOWN" });
}

/** Everybody who runs an older version and hears of this channel; the policy's whitelist says who may be first. */
async function readFleet(tx: WriterTx, { pluginKey, version, channel }: ReleaseRow, policy: Policy): Promise<Candidate[]> {
  const rows = await tx.execute<{ tenant_id: string; id: string; disk: string }>(sql`
    select p.tenant_id, p.id, s.disk_version as disk from plugins p
    join tenants t on t.id = p.tenant_id and not t.is_disabled join plugin_state s on s.tenant_id = p.tenant_id and s.plugin_id = p.id
    where p.plugin_key = ${pluginKey} and p.status = 'active' and (p.channel = ${channel} or ${channel} = 'stable')
    order by p.id limit ${LIMITS.rolloutMembers}`);
  const isListed = (tenantId: string) => policy.whitelist.some((entry) => entry === "*" || entry === tenantId);
  return rows
    .filter(({ disk }) => compareVersions(disk, version) < 0)
    .map((row) => ({ pluginId: row.id, tenantId: row.tenant_id, isWhitelisted: isListed(row.tenant_id) }));
}

/** An approver, by a second factor, sends a release on its way to everybody who may have it; never its author (docs/decisions/0010). */
export const startRollout = defineCommand({
  name: "rollout.start",
  permission: "plan:approve",
  input,

  async apply(tx, { releaseId, confirm, reason, overrides }, context) {
    const { actor, now } = context;
    requireAllTenants(actor, "Rollouts");
    const release = await readRelease(tx, releaseId);
    requireTyped(confirm, release);
    await requireNotAuthor(tx, releaseId, actor);
    await requireNoOther(tx, release);
    const policy = await holdPolicy(tx);
    const fleet = await readFleet(tx, release, policy);
    if (fleet.length === 0) refuse("conflict", `Nobody runs an older version of ${release.pluginKey}`);
    const stepUp = await requireStepUp(tx, actor, startDigest(releaseId, overrides), now);
    const rules = overrideWaves(policy, overrides);
    const plan = planWaves(releaseId, fleet, rules);
    const id = context.newId();
    const { pluginKey, version } = release;
    const row = { id, tenantId: PLATFORM_TENANT, releaseId, pluginKey, version, state: "staging" as const, wave: 0, rules, reason };
    await tx
      .insert(rollouts)
      .values({ ...row, rehearsals: {}, waitsFor: [], startedBy: actor.id, startedAt: now, updatedAt: now, dueAt: now });
    const members = fleet.map(({ tenantId, pluginId }) => ({
      tenantId,
      pluginId,
      rolloutId: id,
      wave: plan.get(pluginId) ?? rules.length - 1,
      state: "planned" as const,
      tries: 0,
      isLate: false,
      updatedAt: now,
    }));
    for (let from = 0; from < members.length; from += ROWS_AT_ONCE) {
      await tx.insert(rolloutMembers).values(members.slice(from, from + ROWS_AT_ONCE));
    }
    const waves = rules.map(({ name }, wave) => ({ name, members: members.filter((member) => member.wave === wave).length }));
    return {
      subject: `rollout:${id}`,
      tenantId: null,
      before: null,
      after: { plugin_key: pluginKey, version, waves, overrides, step_up: stepUp },
      reason,
      events: [movedEvent(id, "staging")],
      result: { ...briefOf(row), waves },
    };
  },
});
