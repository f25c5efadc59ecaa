import { and, eq, ne, sql } from "drizzle-orm";
import { z } from "zod";
import { autopatchAttempts, pluginReleases } from "@/db/schema/delivery";
import { pluginIncidents } from "@/db/schema/incidents";
import { opsPolicy } from "@/db/schema/safety";
import { pluginState } from "@/db/schema/telemetry";
import { plugins } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { buildPlan } from "@/lib/delivery/plan";
import { needsOwnSignatures } from "@/lib/delivery/quorum/approval";
import { impactOf, quorumFor } from "@/lib/delivery/quorum/quorum-for";
import { defineCommand } from "@/lib/gateway/define-command";
import { requireSwitchesOpen } from "@/lib/gateway/switch-gate";
import type { CommandContext } from "@/lib/gateway/types";
import { moveIncident } from "@/lib/incidents/lifecycle";
import { refuse } from "@/lib/kernel/refusal";
import { isMajorChange } from "@/lib/kernel/semver";
import { LIMITS } from "@/lib/platform/limits";
import { newToken } from "@/lib/platform/random";
import { impactGates } from "@/lib/policy/permit/gates";
import { planOf } from "../plan-of";
import { beginAttempt, signaturesFor, writePlan } from "./begin-attempt";
import type { AttemptRow } from "./issue-command";
import { voidPlan } from "./refuse/void-plan";
import { requireAcceptable } from "./require-signed";
import { writeTransition } from "./write-transition";

const input = z.strictObject({
  incidentId: z.uuid(),
  action: z.enum(["restart", "patch", "rollback", "isolate"]),
  /** The release to install, for a patch; the kept version to go back to, for a rollback (default: the last good one). */
  version: z.string().max(64).optional(),
  reason: z.string().trim().min(LIMITS.orderReasonCharacters).max(LIMITS.reasonCharacters),
});
type IncidentRow = typeof pluginIncidents.$inferSelect;

async function readSubject(tx: WriterTx, { tenantId, pluginId }: IncidentRow) {
  const [row] = await tx
    .select({ plugin: plugins, running: pluginState.runningVersion, disk: pluginState.diskVersion, capabilities: pluginState.capabilities })
    .from(plugins)
    .innerJoin(pluginState, and(eq(pluginState.tenantId, plugins.tenantId), eq(pluginState.pluginId, plugins.id)))
    .where(and(eq(plugins.tenantId, tenantId), eq(plugins.id, pluginId)));
  return row ?? refuse("conflict", "This plugin never reported");
}

async function readRelease(tx: WriterTx, pluginKey: string, version: string) {
  const [release] = await tx
    .select()
    .from(pluginReleases)
    .where(and(eq(pluginReleases.pluginKey, pluginKey), eq(pluginReleases.version, version)));
  if (release?.status !== "published") refuse("conflict", `${version} is not a published release of ${pluginKey}`);
  if (release.schemaEffect === "irreversible")
    refuse("conflict", `${version} cannot be undone: it is not shipped by an order`, { code: "ERR_LEVEL_3" });
  return release;
}

/**
 * The plugin's share of the payments, 0..1, among all plugins the person may see. Whoever sees only some tenants gets the share of
 * those: never less than the fleet's, so never fewer signatures.
 */
async function readPaymentShare(tx: WriterTx, { tenantId, pluginId }: IncidentRow): Promise<number> {
  const [row] = await tx.execute<{ volume: number; own: number }>(sql`
    select coalesce(sum(payment_volume), 0)::float8 as volume,
      coalesce(sum(payment_volume) filter (where tenant_id = ${tenantId} and id = ${pluginId}), 0)::float8 as own
    from plugins where status = 'active'`);
  if (!row) return 1;
  return row.volume > 0 ? row.own / row.volume : 0;
}

/** An attempt under way on the plugin, if any: only its own undoing may be ordered then. */
async function liveAttempt(tx: WriterTx, { tenantId, pluginId }: IncidentRow) {
  const [attempt] = await tx
    .select()
    .from(autopatchAttempts)
    .where(and(eq(autopatchAttempts.tenantId, tenantId), eq(autopatchAttempts.pluginId, pluginId), ne(autopatchAttempts.phase, "done")))
    .for("update");
  return attempt ?? null;
}

type Order = z.output<typeof input>;

function lineOf({ incidentId, action, version, reason }: Order, actor: string) {
  const summary = `${actor} ordered ${action}${version ? ` ${version}` : ""}: ${reason}`;
  return { incidentId, kind: "ordered", summary, data: { action, version: version ?? null } };
}

/** The running change is called back: its worker withdraws what was not fetched and reverts what was. Once is enough. */
async function callBack(tx: WriterTx, incident: IncidentRow, attempt: AttemptRow, reason: string, context: CommandContext) {
  const { now } = context;
  const key = and(eq(autopatchAttempts.tenantId, attempt.tenantId), eq(autopatchAttempts.id, attempt.id));
  if (attempt.status !== "cancelled" && attempt.phase !== "reverting") {
    await tx.update(autopatchAttempts).set({ status: "cancelled", dueAt: now, updatedAt: now }).where(key);
    await writeTransition(tx, attempt, { phase: attempt.phase, status: "cancelled" }, reason, context);
  }
  const result = { status: incident.status, attempt_id: attempt.id, plan_digest: attempt.planDigest, approvals: { required: 0, given: 0 } };
  const wakes = [{ queue: "attempt" as const, id: attempt.id, tenantId: attempt.tenantId }];
  return { after: { called_back: attempt.id }, wakes, lines: [], result };
}

/** The plan that an order comes to, and how many others have to agree to it. */
async function planOrder(tx: WriterTx, incident: IncidentRow, { action, version }: Order, now: Date) {
  const { plugin, running, disk, capabilities } = await readSubject(tx, incident);
  const release =
    action === "patch" ? await readRelease(tx, plugin.pluginKey, version ?? refuse("invalid", "A patch names its version")) : null;
  const [policy] = await tx.select().from(opsPolicy).where(eq(opsPolicy.id, 1)).for("share");
  if (!policy) refuse("unavailable", "The policy could not be read", { code: "ERR_SWITCHES_UNKNOWN" });
  if (release) await requireAcceptable(tx, incident.pluginId, release);
  const isMajor = release !== null && [running, disk].some((from) => isMajorChange(from, release.version));
  const fleet = { paymentShare: await readPaymentShare(tx, incident) };
  const weighs = impactGates({ target: { isMajor }, severity: incident.severity, fleet }).some(({ passed }) => !passed);
  const impact = weighs ? ("high" as const) : impactOf(release?.manifest ?? {});
  const document = planOf(
    { action },
    {
      pluginId: incident.pluginId,
      pluginKey: plugin.pluginKey,
      runningVersion: running,
      diskVersion: disk,
      lastGoodVersion: action === "rollback" ? (version ?? plugin.lastGoodVersion) : null,
      release,
      policyVersion: policy.version,
      nonce: newToken(18),
      expiresAt: new Date(now.getTime() + LIMITS.planLifeSeconds * 1_000),
      wants: { quorumFor: quorumFor(capabilities), impact },
    },
  );
  if (!document) refuse("conflict", `There is nothing to ${action} to: ${running} runs`);
  const plan = buildPlan(document);
  const needsPeople = weighs || needsOwnSignatures(document);
  return { plan, requiredSignatures: needsPeople && action !== "rollback" ? await signaturesFor(tx, plan, policy.requiredSignatures) : 0 };
}

async function carryOut(tx: WriterTx, incident: IncidentRow, order: Order, context: CommandContext) {
  const { tenantId, pluginId, id: incidentId } = incident;
  const { plan, requiredSignatures } = await planOrder(tx, incident, order, context.now);
  const work = {
    tenantId,
    incidentId,
    pluginId,
    decisionId: null,
    plan,
    config: null,
    requestedBy: context.actor.id,
    isAutomatic: false,
    requiredSignatures,
  };
  await writePlan(tx, work, requiredSignatures > 0 ? "awaiting" : "executed", context);
  const lines = await voidPlan(tx, incident, "something else was ordered");
  const status = moveIncident(incident.status, requiredSignatures > 0 ? "approval_needed" : "heal_by_hand");
  const key = and(eq(pluginIncidents.tenantId, tenantId), eq(pluginIncidents.id, incidentId));
  await tx.update(pluginIncidents).set({ status, planDigest: plan.digest, decideAt: null, updatedAt: context.now }).where(key);
  const begun = requiredSignatures > 0 ? null : await beginAttempt(tx, work, context);
  const result = {
    status,
    attempt_id: begun?.attemptId ?? null,
    plan_digest: plan.digest,
    approvals: { required: requiredSignatures, given: 0 },
  };
  return { after: result, wakes: begun ? [begun.wake] : [], lines, result };
}

/** A person orders something done about an incident; what weighs much (a major version, a critical incident, a large share of the payments) still needs others to agree. */
export const orderAction = defineCommand({
  name: "action.order",
  permission: "incident:write",
  input,

  async apply(tx, order, context) {
    const { incidentId, action, reason } = order;
    const [incident] = await tx.select().from(pluginIncidents).where(eq(pluginIncidents.id, incidentId)).for("update");
    if (!incident) refuse("not-found", `No incident ${incidentId}`);
    const { tenantId, pluginId } = incident;
    const live = await liveAttempt(tx, incident);
    if (live && action !== "rollback") refuse("conflict", "An attempt is under way on this plugin; roll it back or wait for its end");
    // Going back is toward safety, so no switch holds it; everything else stops at the kill switch.
    if (action !== "rollback") await requireSwitchesOpen(tx, { tenantId, pluginId, isAutomatic: false });
    const { lines, ...done } = live ? await callBack(tx, incident, live, reason, context) : await carryOut(tx, incident, order, context);
    const events = [{ name: "incident.updated", payload: { incidentId, pluginId } }];
    const timeline = [lineOf(order, context.actor.id), ...lines];
    return { subject: `incident:${incidentId}`, tenantId, before: { status: incident.status }, reason, events, timeline, ...done };
  },
});
