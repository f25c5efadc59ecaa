import { and, asc, eq } from "drizzle-orm";
import { approverKeys } from "@/db/schema/approver-keys";
import type { autopatchAttempts } from "@/db/schema/delivery";
import { planApprovals, plans, pluginAgentCommands, pluginReleases } from "@/db/schema/delivery";
import { opsPolicy } from "@/db/schema/safety";
import type { WriterTx } from "@/db/writer";
import { loadCommandKey } from "@/lib/access/sealing/signing-keys";
import { type BuiltCommand, buildCommit, buildPlannedCommand } from "@/lib/delivery/command-payload";
import { COMMAND_PAYLOAD_TYPE, signEnvelope } from "@/lib/delivery/dsse";
import { buildPlan, type Plan } from "@/lib/delivery/plan";
import type { Envelope } from "@/lib/delivery/types";
import type { CommandContext } from "@/lib/gateway/types";
import type { Json } from "@/lib/kernel/canonical-json";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { newToken } from "@/lib/platform/random";
import { probationSecondsFor } from "../probation-seconds";
import { writePlan } from "./begin-attempt";

export type AttemptRow = typeof autopatchAttempts.$inferSelect;

/** Signs a command with Center's key and puts it where the plugin's next beat finds it. */
async function putCommand(tx: WriterTx, attempt: AttemptRow, built: BuiltCommand, { now }: CommandContext): Promise<string> {
  const key = await loadCommandKey(tx);
  if (!key) refuse("unavailable", "Center has no command key yet");
  const { payload, bytes } = built;
  await tx.insert(pluginAgentCommands).values({
    tenantId: attempt.tenantId,
    id: payload.id,
    pluginId: attempt.pluginId,
    attemptId: attempt.id,
    type: payload.type,
    ref: payload.ref,
    payload,
    envelope: signEnvelope(COMMAND_PAYLOAD_TYPE, bytes, key),
    status: "pending",
    createdAt: now,
    expiresAt: new Date(payload.expires_at),
  });
  return payload.id;
}

async function storedPlan(tx: WriterTx, attempt: AttemptRow): Promise<{ plan: Plan; config: Record<string, Json> | undefined }> {
  const [row] = await tx
    .select()
    .from(plans)
    .where(and(eq(plans.tenantId, attempt.tenantId), eq(plans.digest, attempt.planDigest)));
  if (!row) refuse("not-found", `No plan ${attempt.planDigest}`);
  const plan = buildPlan(row.document);
  if (plan.digest !== attempt.planDigest) refuse("conflict", "The stored plan is not the one that was agreed to");
  return { plan, config: (row.config as Record<string, Json> | null) ?? undefined };
}

/** What approvers signed themselves over this very plan, by keys that count now; the agent counts them where the plan needs people. */
async function quorumOf(tx: WriterTx, { tenantId, planDigest }: AttemptRow): Promise<Envelope[]> {
  const rows = await tx
    .select({ envelope: planApprovals.envelope })
    .from(planApprovals)
    .innerJoin(approverKeys, and(eq(approverKeys.keyid, planApprovals.keyid), eq(approverKeys.status, "active")))
    .where(and(eq(planApprovals.tenantId, tenantId), eq(planApprovals.planDigest, planDigest)))
    .orderBy(asc(planApprovals.at), asc(planApprovals.approver));
  return rows.flatMap(({ envelope }) => (envelope ? [envelope] : [])).slice(0, LIMITS.quorumEnvelopes);
}

async function artifactOf(tx: WriterTx, plan: Plan): Promise<{ sha256: string; length: number } | undefined> {
  const { plugin_key, to_version, artifact_sha256 } = plan.document;
  if (artifact_sha256 === null || to_version === null) return undefined;
  const [release] = await tx
    .select()
    .from(pluginReleases)
    .where(and(eq(pluginReleases.pluginKey, plugin_key), eq(pluginReleases.version, to_version)));
  if (release?.sha256 !== artifact_sha256 || release.status !== "published")
    refuse("conflict", "The release is not the one that was planned");
  return { sha256: release.sha256, length: release.length };
}

/** Issues the order that carries an attempt's plan out: exactly the digest that was agreed to. */
export async function issuePlanned(tx: WriterTx, attempt: AttemptRow, context: CommandContext): Promise<string> {
  const { plan, config } = await storedPlan(tx, attempt);
  const [policy] = await tx.select({ window: opsPolicy.healthCheckSeconds }).from(opsPolicy).where(eq(opsPolicy.id, 1));
  const artifact = await artifactOf(tx, plan);
  const probationSeconds = probationSecondsFor(policy?.window ?? LIMITS.probationSeconds);
  const id = context.newId();
  const quorum = await quorumOf(tx, attempt);
  const order = { id, pluginId: attempt.pluginId, artifact, config, quorum, probationSeconds, issuedAt: context.now };
  return putCommand(tx, attempt, buildPlannedCommand(plan, order), context);
}

/** Issues the confirmation of an applied command: without it the agent goes back by itself. */
export async function issueCommit(tx: WriterTx, attempt: AttemptRow, ref: string, context: CommandContext): Promise<string> {
  return putCommand(tx, attempt, buildCommit({ id: context.newId(), pluginId: attempt.pluginId, ref, issuedAt: context.now }), context);
}

/** Issues the way back from an applied command, as a plan of its own type. */
export async function issueRevert(tx: WriterTx, attempt: AttemptRow, ref: string, context: CommandContext): Promise<string> {
  const { plan: forward } = await storedPlan(tx, attempt);
  const plan = buildPlan({
    ...forward.document,
    type: "rollback",
    from_version: attempt.toVersion ?? attempt.fromVersion,
    to_version: attempt.fromVersion,
    artifact_sha256: null,
    nonce: newToken(18),
    expires_at: new Date(context.now.getTime() + LIMITS.planLifeSeconds * 1_000).toISOString(),
  });
  const { tenantId, incidentId, pluginId, decisionId } = attempt;
  const work = {
    tenantId,
    incidentId,
    pluginId,
    decisionId,
    plan,
    config: null,
    requestedBy: "system:rollout",
    isAutomatic: true,
    requiredSignatures: 0,
  };
  await writePlan(tx, work, "executed", context);
  return putCommand(tx, attempt, buildPlannedCommand(plan, { id: context.newId(), pluginId, ref, issuedAt: context.now }), context);
}
