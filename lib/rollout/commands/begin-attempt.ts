import { and, eq, ne } from "drizzle-orm";
import { autopatchAttemptEvents, autopatchAttempts, plans } from "@/db/schema/delivery";
import { pluginIncidents } from "@/db/schema/incidents";
import { plugins, tenants } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { trustInForce } from "@/lib/access/people/keys/approver-keys";
import type { Plan } from "@/lib/delivery/plan";
import { needsOwnSignatures } from "@/lib/delivery/quorum/approval";
import type { StagingReport } from "@/lib/delivery/staging-report";
import type { CommandContext } from "@/lib/gateway/types";
import { refuse } from "@/lib/kernel/refusal";
import type { WakeUp } from "@/lib/platform/background/queue";
import { categoryOf } from "@/lib/policy/category-of";
import type { Category } from "@/lib/policy/types";

/** A plan and what it belongs to. */
export interface PlannedWork {
  readonly tenantId: string;
  /** Null for a rollout's or a recall's own work. */
  readonly incidentId: string | null;
  readonly pluginId: string;
  readonly decisionId: string | null;
  readonly plan: Plan;
  readonly config: Record<string, unknown> | null;
  readonly requestedBy: string;
  readonly isAutomatic: boolean;
  readonly requiredSignatures: number;
  readonly rolloutId?: string;
  /** What the sandbox found of this very change before, so that it need not be rehearsed for every plugin. */
  readonly stagingReport?: StagingReport;
}

/** How many people have to agree: as many as the policy says, and as agents want where they count signatures themselves. */
export async function signaturesFor(tx: WriterTx, { document }: Plan, byPolicy: number): Promise<number> {
  if (byPolicy === 0 || !needsOwnSignatures(document)) return byPolicy;
  return Math.max(byPolicy, (await trustInForce(tx))?.threshold ?? 0);
}

/** Writes the exact thing to be done; a digest is written once, so that the same plan cannot be executed twice. */
export async function writePlan(tx: WriterTx, work: PlannedWork, status: "awaiting" | "executed", { now }: CommandContext): Promise<void> {
  await tx.insert(plans).values({
    tenantId: work.tenantId,
    digest: work.plan.digest,
    incidentId: work.incidentId,
    pluginId: work.pluginId,
    document: work.plan.document,
    bytes: work.plan.bytes,
    config: work.config,
    requestedBy: work.requestedBy,
    requiredSignatures: work.requiredSignatures,
    status,
    createdAt: now,
    expiresAt: new Date(work.plan.document.expires_at),
  });
}

/** Which switch of automatic healing holds a change that answers to no incident. */
const OF_NO_INCIDENT: Category = "INTEGRATION";

/**
 * Looks at the plugin, and at the incident whose category holds the attempt.
 * @throws Refusal conflict for a plugin that was revoked, or whose tenant is disabled: nobody would obey, and nobody should
 */
async function readPlace(
  tx: WriterTx,
  { tenantId, pluginId, incidentId }: Pick<PlannedWork, "tenantId" | "pluginId" | "incidentId">,
): Promise<Category> {
  const [plugin] = await tx
    .select({ status: plugins.status, isTenantDisabled: tenants.isDisabled })
    .from(plugins)
    .innerJoin(tenants, eq(tenants.id, plugins.tenantId))
    .where(and(eq(plugins.tenantId, tenantId), eq(plugins.id, pluginId)));
  if (plugin?.status !== "active" || plugin.isTenantDisabled) refuse("conflict", "This plugin is revoked, or its tenant is disabled");
  if (incidentId === null) return OF_NO_INCIDENT;
  const [incident] = await tx
    .select({ type: pluginIncidents.type })
    .from(pluginIncidents)
    .where(and(eq(pluginIncidents.tenantId, tenantId), eq(pluginIncidents.id, incidentId)));
  return incident ? categoryOf(incident.type) : refuse("not-found", `No incident ${incidentId}`);
}

/**
 * Starts the one execution of a plan on its plugin. The database refuses a second one, and a second live attempt on the plugin.
 *
 * @throws Refusal conflict while another attempt is under way on the plugin, or when the plugin is cut off
 * @returns the attempt's id and the wake-up that sets a worker on it
 */
export async function beginAttempt(
  tx: WriterTx,
  work: Omit<PlannedWork, "config" | "requiredSignatures">,
  context: CommandContext,
): Promise<{ attemptId: string; wake: WakeUp }> {
  const { tenantId, pluginId, plan } = work;
  const live = and(eq(autopatchAttempts.tenantId, tenantId), eq(autopatchAttempts.pluginId, pluginId), ne(autopatchAttempts.phase, "done"));
  const [other] = await tx.select({ id: autopatchAttempts.id }).from(autopatchAttempts).where(live);
  if (other) refuse("conflict", "Another attempt is under way on this plugin");
  const category = await readPlace(tx, work);
  const attemptId = context.newId();
  const { type, from_version, to_version } = plan.document;
  await tx.insert(autopatchAttempts).values({
    tenantId,
    id: attemptId,
    incidentId: work.incidentId,
    rolloutId: work.rolloutId ?? null,
    stagingReport: work.stagingReport ? { ...work.stagingReport } : null,
    pluginId: work.pluginId,
    decisionId: work.decisionId,
    planDigest: plan.digest,
    fromVersion: from_version ?? "",
    toVersion: to_version,
    method: type,
    status: "pending",
    phase: "queued",
    category,
    isAutomatic: work.isAutomatic,
    requestedBy: work.requestedBy,
    createdAt: context.now,
    updatedAt: context.now,
    dueAt: context.now,
  });
  await tx.insert(autopatchAttemptEvents).values({
    tenantId,
    attemptId,
    id: context.newId(),
    at: context.now,
    fromStatus: null,
    toStatus: "pending",
    phase: "queued",
    actor: context.actor.id,
    reason: work.isAutomatic ? "permitted by policy" : "ordered by a person",
    detail: { plan_digest: plan.digest },
  });
  return { attemptId, wake: { queue: "attempt", id: attemptId, tenantId } };
}
