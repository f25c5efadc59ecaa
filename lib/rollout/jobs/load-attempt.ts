import { and, countDistinct, eq, isNotNull } from "drizzle-orm";
import { approverKeys } from "@/db/schema/approver-keys";
import { autopatchAttempts, planApprovals, plans, pluginAgentCommands, pluginReleases } from "@/db/schema/delivery";
import { pluginState } from "@/db/schema/telemetry";
import { plugins, tenants } from "@/db/schema/tenants";
import { trustInForce } from "@/lib/access/people/keys/approver-keys";
import { needsOwnSignatures } from "@/lib/delivery/quorum/approval";
import { takesOnlySigned } from "@/lib/delivery/takes-only-signed";
import { refuse } from "@/lib/kernel/refusal";
import { isMajorChange } from "@/lib/kernel/semver";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";
import { readCeiling, readOpenToChange } from "@/lib/policy/permit/queries-permit";
import { readBeats } from "@/lib/telemetry/queries";
import type { BeatSample } from "@/lib/telemetry/types";
import type { AttemptCommand, AttemptState } from "../attempt-state";

type CommandRow = typeof pluginAgentCommands.$inferSelect;
type AttemptRow = typeof autopatchAttempts.$inferSelect;

/** Everything the next step of an attempt may depend on, read at one moment. */
export interface LoadedAttempt {
  readonly row: AttemptRow;
  readonly state: AttemptState;
  readonly commandId: string | null;
  readonly appliedAt: Date | null;
  readonly probeUrl: string | null;
  readonly isCutOff: boolean;
  readonly isHeldByCalendar: boolean;
  readonly ceiling: Awaited<ReturnType<typeof readCeiling>>;
  /** Beats of the window before `applied` and since, oldest first. */
  readonly beats: readonly BeatSample[];
}

function commandOf(row: CommandRow | undefined): AttemptCommand | null {
  if (!row) return null;
  const word = row.result as { reason?: string; rolled_back?: boolean; running_version?: string } | null;
  const result = word
    ? { reason: word.reason ?? null, rolledBack: word.rolled_back ?? null, runningVersion: word.running_version ?? null }
    : null;
  const { status, createdAt, offeredAt, appliedAt, expiresAt } = row;
  return { status, createdAt, offeredAt, appliedAt, expiresAt, result };
}

interface PlanFacts {
  readonly expiresAt: Date;
  /** Distinct people whose signature it needs, and whose own signature over its digest is here, by keys that count now. */
  readonly required: number;
  readonly signed: number;
  /** Whether the agent would take it only with them. */
  readonly isSignedFor: boolean;
}

/** Signatures of keys that count at this moment; a key that was revoked meanwhile signed nothing. */
async function readSigned(tx: ReaderTx, { tenantId, planDigest }: AttemptRow): Promise<number> {
  const [row] = await tx
    .select({ signed: countDistinct(approverKeys.approver) })
    .from(planApprovals)
    .innerJoin(approverKeys, and(eq(approverKeys.keyid, planApprovals.keyid), eq(approverKeys.status, "active")))
    .where(and(eq(planApprovals.tenantId, tenantId), eq(planApprovals.planDigest, planDigest), isNotNull(planApprovals.envelope)));
  return row?.signed ?? 0;
}

async function readPlan(tx: ReaderTx, attempt: AttemptRow): Promise<PlanFacts> {
  const { tenantId, planDigest, createdAt } = attempt;
  const [plan] = await tx
    .select({ expiresAt: plans.expiresAt, required: plans.requiredSignatures, document: plans.document })
    .from(plans)
    .where(and(eq(plans.tenantId, tenantId), eq(plans.digest, planDigest)));
  const trust = await trustInForce(tx);
  const required = Math.max(plan?.required ?? 0, trust?.threshold ?? 1);
  const isSignedFor = attempt.method === "update" && (isMajorUpdate(attempt) || plan === undefined || needsOwnSignatures(plan.document));
  return { expiresAt: plan?.expiresAt ?? createdAt, required, isSignedFor, signed: await readSigned(tx, attempt) };
}

function isMajorUpdate({ method, fromVersion, toVersion }: AttemptRow): boolean {
  return method === "update" && toVersion !== null && isMajorChange(fromVersion, toVersion);
}

/** Whether it would install what nobody signed, on an agent that takes only what its vendor signed. */
async function readLacksVendor(tx: ReaderTx, { tenantId, pluginId, method, toVersion }: AttemptRow): Promise<boolean> {
  if (method !== "update" || toVersion === null) return false;
  const [row] = await tx
    .select({ capabilities: pluginState.capabilities, signatures: pluginReleases.signatures })
    .from(plugins)
    .leftJoin(pluginState, and(eq(pluginState.tenantId, plugins.tenantId), eq(pluginState.pluginId, plugins.id)))
    .leftJoin(pluginReleases, and(eq(pluginReleases.pluginKey, plugins.pluginKey), eq(pluginReleases.version, toVersion)))
    .where(and(eq(plugins.tenantId, tenantId), eq(plugins.id, pluginId)));
  return takesOnlySigned(row?.capabilities ?? null) && !row?.signatures;
}

function stateOf(
  row: AttemptRow,
  commands: readonly CommandRow[],
  plan: PlanFacts,
  lacksVendor: boolean,
): { state: AttemptState; main: CommandRow | undefined } {
  const main = commands.find((command) => command.type === row.method && command.ref === null);
  const state: AttemptState = {
    phase: row.phase,
    method: row.method,
    fromVersion: row.fromVersion,
    toVersion: row.toVersion,
    isAutomatic: row.isAutomatic,
    category: row.category,
    expiresAt: plan.expiresAt,
    lacksQuorum: plan.isSignedFor && plan.signed < plan.required,
    lacksVendor,
    stagingReport: typeof row.stagingReport?.passed === "boolean" ? { passed: row.stagingReport.passed } : null,
    command: commandOf(main),
    commitCommand: commandOf(commands.find((command) => command.type === "commit")),
    revertCommand: commandOf(commands.find((command) => command.type === "rollback" && command.ref !== null)),
    probationSeconds: main?.payload.probation_s ?? LIMITS.probationSeconds,
    // The runbook's second statement sets the status by hand; whatever had begun is then still to be undone.
    isCancelRequested: row.status === "cancelled" && row.phase !== "done",
  };
  return { state, main };
}

/** Loads an attempt with its commands, its plugin's newest beats and the ceiling that holds now. */
export async function loadAttempt(tx: ReaderTx, tenantId: string, attemptId: string, now: Date): Promise<LoadedAttempt> {
  const [row] = await tx
    .select()
    .from(autopatchAttempts)
    .where(and(eq(autopatchAttempts.tenantId, tenantId), eq(autopatchAttempts.id, attemptId)));
  if (!row) refuse("not-found", `No attempt ${attemptId}`);
  const commands = await tx
    .select()
    .from(pluginAgentCommands)
    .where(and(eq(pluginAgentCommands.tenantId, tenantId), eq(pluginAgentCommands.attemptId, attemptId)));
  const plan = await readPlan(tx, row);
  const [plugin] = await tx
    .select({ probeUrl: plugins.probeUrl, status: plugins.status, isTenantDisabled: tenants.isDisabled })
    .from(plugins)
    .innerJoin(tenants, eq(tenants.id, plugins.tenantId))
    .where(and(eq(plugins.tenantId, tenantId), eq(plugins.id, row.pluginId)));
  const { state, main } = stateOf(row, commands, plan, await readLacksVendor(tx, row));
  const since = new Date((main?.appliedAt ?? now).getTime() - LIMITS.baselineSeconds * 1_000);
  return {
    row,
    state,
    commandId: main?.id ?? null,
    appliedAt: main?.appliedAt ?? null,
    probeUrl: plugin?.probeUrl ?? null,
    isCutOff: plugin?.status !== "active" || plugin.isTenantDisabled,
    isHeldByCalendar: !(await readOpenToChange(tx, tenantId, now)).openToChange,
    ceiling: await readCeiling(tx, { tenantId, pluginId: row.pluginId }),
    beats: await readBeats(tx, tenantId, row.pluginId, since),
  };
}
