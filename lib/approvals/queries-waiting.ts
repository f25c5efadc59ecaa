import { and, asc, eq, gt, inArray, isNotNull, sql } from "drizzle-orm";
import { approverKeys } from "@/db/schema/approver-keys";
import { planApprovals, plans, pluginReleases } from "@/db/schema/delivery";
import { pluginIncidents } from "@/db/schema/incidents";
import { opsPolicy } from "@/db/schema/safety";
import { tenants } from "@/db/schema/tenants";
import type { TenantScope } from "@/lib/access/types";
import { needsOwnSignatures } from "@/lib/delivery/quorum/approval";
import { LIMITS } from "@/lib/platform/limits";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { inTenants } from "@/lib/platform/web/page";

/** Plans that somebody may still agree to: today's plan of an incident, in date, made under the policy in force. */
async function waitingPlans(tx: ReaderTx, scope: TenantScope, now: Date) {
  return tx
    .select({ plan: plans, incident: pluginIncidents, tenantName: tenants.name, release: pluginReleases })
    .from(plans)
    .innerJoin(pluginIncidents, and(eq(pluginIncidents.tenantId, plans.tenantId), eq(pluginIncidents.planDigest, plans.digest)))
    .innerJoin(tenants, eq(tenants.id, plans.tenantId))
    .innerJoin(opsPolicy, sql`${opsPolicy.version} = (${plans.document} ->> 'policy_version')::int`)
    .leftJoin(
      pluginReleases,
      and(eq(pluginReleases.pluginKey, pluginIncidents.pluginKey), sql`${pluginReleases.version} = ${plans.document} ->> 'to_version'`),
    )
    .where(
      and(
        inTenants(plans.tenantId, scope),
        eq(plans.status, "awaiting"),
        eq(pluginIncidents.status, "awaiting_approval"),
        gt(plans.expiresAt, now),
      ),
    )
    .orderBy(asc(plans.expiresAt), asc(plans.digest))
    .limit(LIMITS.approvalsShown);
}

async function approvalsOf(tx: ReaderTx, digests: readonly string[]) {
  return tx
    .select({ approval: planApprovals, keyStatus: approverKeys.status })
    .from(planApprovals)
    .leftJoin(approverKeys, and(eq(approverKeys.keyid, planApprovals.keyid), isNotNull(planApprovals.keyid)))
    .where(inArray(planApprovals.planDigest, [...digests, ""]))
    .orderBy(asc(planApprovals.at));
}

/** Every plan within a scope that waits for people, the one that expires first before all others, with the exact bytes that are agreed to. */
export async function listWaitingPlans(scope: TenantScope, now: Date) {
  return read(scope, async (tx) => {
    const rows = await waitingPlans(tx, scope, now);
    const given = await approvalsOf(
      tx,
      rows.map(({ plan }) => plan.digest),
    );
    return rows.map(({ plan, incident, tenantName, release }) => {
      const counted = given
        .filter(({ approval }) => approval.planDigest === plan.digest && approval.tenantId === plan.tenantId)
        .filter(({ approval, keyStatus }) => approval.keyid === null || keyStatus === "active");
      return {
        kind: "plan" as const,
        id: incident.id,
        tenant_id: plan.tenantId,
        tenant_name: tenantName,
        plugin_id: plan.pluginId,
        plugin_key: incident.pluginKey,
        severity: incident.severity,
        incident_type: incident.type,
        digest: plan.digest,
        bytes: plan.bytes.toString("base64"),
        document: plan.document,
        config: plan.config,
        artifact_bytes: release?.sha256 === plan.document.artifact_sha256 ? (release?.length ?? null) : null,
        release_author: release?.author ?? null,
        /** Agents install it only under approvers' own signatures. */
        needs_signature: needsOwnSignatures(plan.document),
        requested_by: plan.requestedBy,
        created_at: plan.createdAt.toISOString(),
        expires_at: plan.expiresAt.toISOString(),
        approvals: { required: plan.requiredSignatures, given: counted.length },
        given_by: counted.map(({ approval }) => ({
          approver: approval.approver,
          at: approval.at.toISOString(),
          reason: approval.reason,
          signed: approval.keyid !== null,
        })),
      };
    });
  });
}
