import { and, eq, ne } from "drizzle-orm";
import { autopatchAttempts } from "@/db/schema/delivery";
import { pluginIncidents } from "@/db/schema/incidents";
import { scopeFor, systemActor, systemActorFor } from "@/lib/access/system-actor";
import { needsOwnSignatures } from "@/lib/delivery/quorum/approval";
import { impactOf, quorumFor } from "@/lib/delivery/quorum/quorum-for";
import { underLease } from "@/lib/gateway/lease";
import { runCommand } from "@/lib/gateway/run-command";
import { watchBurst } from "@/lib/incidents/jobs/watch-fleet";
import { Refusal } from "@/lib/kernel/refusal";
import { isMajorChange } from "@/lib/kernel/semver";
import type { Clock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { newSeed, newToken } from "@/lib/platform/random";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { readAutonomy } from "@/lib/policy/autonomy/queries-autonomy";
import { categoryOf } from "@/lib/policy/category-of";
import { impactGates } from "@/lib/policy/permit/gates";
import { permit } from "@/lib/policy/permit/permit";
import { readAttemptCounts, readCeiling, readFleet, readOpenToChange } from "@/lib/policy/permit/queries-permit";
import type { PermitInput } from "@/lib/policy/types";
import { askSira } from "@/lib/sira/adapters/ask-sira";
import { readSiraRequest, readSubject } from "@/lib/sira/queries-context";
import { readInForce } from "@/lib/sira/queries-model";
import type { SiraDecision } from "@/lib/sira/types";
import { readBeats } from "@/lib/telemetry/queries";
import { decideIncident } from "../commands/decide-incident";
import { readReleaseFlight } from "../commands/release-flight";
import { type PlanSource, planOf, targetOf } from "../plan-of";

/** Whether something is under way on the plugin for another incident: one change at a time, so that each can be judged. */
async function hasLiveAttempt(tx: ReaderTx, { tenantId, pluginId }: { tenantId: string; pluginId: string }): Promise<boolean> {
  const rows = await tx
    .select({ id: autopatchAttempts.id })
    .from(autopatchAttempts)
    .where(and(eq(autopatchAttempts.tenantId, tenantId), eq(autopatchAttempts.pluginId, pluginId), ne(autopatchAttempts.phase, "done")));
  return rows.length > 0;
}

async function readDue(
  tx: ReaderTx,
  { tenantId, incidentId, holdoutShare }: { tenantId: string; incidentId: string; holdoutShare: number },
  now: Date,
) {
  const [incident] = await tx
    .select()
    .from(pluginIncidents)
    .where(and(eq(pluginIncidents.tenantId, tenantId), eq(pluginIncidents.id, incidentId)));
  const isDue = incident?.decideAt && incident.decideAt <= now && (incident.status === "open" || incident.status === "escalated");
  // What many merchants have at once has a cause above them: nothing is decided about a single one while that lasts.
  const isHeld = incident?.fleetKind === "shared";
  if (!incident || !isDue || isHeld || (await hasLiveAttempt(tx, incident))) return null;
  const { plugin, state, isTenantDisabled } = await readSubject(tx, tenantId, incident.pluginId);
  // Cut off: no agent would obey, and nobody asked Center to look after it any more.
  if (plugin.status !== "active" || isTenantDisabled) return null;
  const beats = await readBeats(tx, tenantId, incident.pluginId, new Date(incident.detectedAt.getTime() - LIMITS.windowSeconds * 1_000));
  return { incident, plugin, state, ...(await readSiraRequest(tx, incident, { seed: newSeed(), holdoutShare, now, beats })) };
}

/** What policy asks about the world around a proposal, all as of one moment. */
async function readWorld(
  tx: ReaderTx,
  subject: { readonly tenantId: string; readonly pluginId: string; readonly incidentId: string },
  { release, action }: { readonly release: Parameters<typeof readReleaseFlight>[1] | null; readonly action: SiraDecision["action"] },
  now: Date,
) {
  return {
    ceiling: await readCeiling(tx, subject),
    attempts: await readAttemptCounts(tx, subject, now),
    fleet: await readFleet(tx, subject),
    release: release ? await readReleaseFlight(tx, release) : { inFlight: 0, proven: 0 },
    autonomy: await readAutonomy(tx, subject.tenantId, action),
    calendar: await readOpenToChange(tx, subject.tenantId, now),
  };
}

/**
 * Asks SIRA about one incident and policy about SIRA's answer, and writes both down with all they depended on.
 *
 * @returns false when there was nothing to decide
 */
async function decideNow(tenantId: string, incidentId: string, now: Date): Promise<boolean> {
  await watchBurst({ tenantId, incidentId }, now);
  const { model, holdoutShare } = await readInForce();
  const due = await read(scopeFor("scan"), (tx) => readDue(tx, { tenantId, incidentId, holdoutShare }, now));
  if (!due) return false;
  const { incident, plugin, state, request, releases } = due;
  const { decision, source, isTrusted } = await askSira(request, model);
  const release = releases.find((candidate) => candidate.version === decision.patch_version) ?? null;
  const subject = { tenantId, pluginId: incident.pluginId, incidentId };
  const world = await read(scopeFor("scan"), (tx) => readWorld(tx, subject, { release, action: decision.action }, now));
  const planSource: PlanSource = {
    pluginId: incident.pluginId,
    pluginKey: incident.pluginKey,
    runningVersion: state.runningVersion,
    diskVersion: state.diskVersion,
    lastGoodVersion: plugin.lastGoodVersion,
    release,
    policyVersion: world.ceiling.version,
    nonce: newToken(18),
    expiresAt: new Date(now.getTime() + LIMITS.planLifeSeconds * 1_000),
  };
  const target = targetOf(decision, planSource, state.capabilities, release ? isMajorChange(state.runningVersion, release.version) : false);
  const weighs = impactGates({ target, severity: incident.severity, fleet: world.fleet }).some(({ passed }) => !passed);
  const wants = { quorumFor: quorumFor(state.capabilities), impact: weighs ? ("high" as const) : impactOf(release?.manifest ?? {}) };
  const plan = planOf(decision, { ...planSource, wants });
  const permitInput: PermitInput = {
    target,
    category: categoryOf(incident.type),
    severity: incident.severity,
    confidence: decision.confidence,
    proposalTrusted: isTrusted,
    tenantId,
    policy: world.ceiling.policy,
    switches: world.ceiling.switches,
    hourUtc: now.getUTCHours(),
    attempts: world.attempts,
    fleet: world.fleet,
    release: world.release,
    stagingAvailable: true,
    calendar: world.calendar,
    ...(plan?.quorum_for ? { agentQuorum: needsOwnSignatures(plan) } : {}),
    ...(world.autonomy ? { autonomy: world.autonomy } : {}),
  };
  const input = {
    tenantId,
    incidentId,
    source,
    request,
    decision,
    permitInput,
    permit: permit(permitInput),
    policyVersion: world.ceiling.version,
    plan,
  };
  // A release is counted over the whole fleet, so what installs one has to see every tenant's attempts.
  const isInstall = input.plan?.type === "update" && input.permit.kind === "auto";
  const actor = isInstall ? systemActor("sira", "operate") : systemActorFor("sira", tenantId);
  await runCommand(decideIncident, { input, actor, now });
  return true;
}

/** Decides one incident under its lease; what moved on meanwhile (policy, switch, incident) is decided anew a moment later. */
export async function decide(tenantId: string, incidentId: string, owner: string, clock: Clock, isWoken: boolean): Promise<void> {
  await underLease(
    { kind: "incident", tenantId, id: incidentId },
    owner,
    async (_lease, rest) => {
      try {
        await decideNow(tenantId, incidentId, clock.now());
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        rest.seconds = LIMITS.attemptRecheckSeconds;
      }
    },
    { isWoken, restSeconds: 1 },
  );
}
