import { and, desc, eq, gt } from "drizzle-orm";
import { looseningRequests, stepUps } from "@/db/schema/approvals";
import { people } from "@/db/schema/people";
import { tenants } from "@/db/schema/tenants";
import { addressOf } from "@/lib/approvals/four-eyes";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";

type RequestRow = typeof looseningRequests.$inferSelect;

/** By what whoever asked has shown that it is them: a code entered for the request, their token, or nothing yet. */
async function requesterProof(tx: ReaderTx, row: RequestRow): Promise<"code" | "token" | "unproven" | "waiting"> {
  if (row.requesterProof !== null) return row.requesterProof;
  const [proof] = await tx
    .select({ id: stepUps.id })
    .from(stepUps)
    .innerJoin(people, eq(people.id, stepUps.personId))
    .where(and(eq(people.email, addressOf(row.requestedBy) ?? ""), eq(stepUps.digest, row.digest)))
    .limit(1);
  return proof ? "code" : "waiting";
}

/** Requests to go away from safety that a second person may still agree to, newest first. */
export async function readLoosenings(tx: ReaderTx, now: Date) {
  const rows = await tx
    .select({ request: looseningRequests, tenantName: tenants.name })
    .from(looseningRequests)
    .leftJoin(tenants, eq(tenants.id, looseningRequests.tenantId))
    .where(and(eq(looseningRequests.status, "awaiting"), gt(looseningRequests.expiresAt, now)))
    .orderBy(desc(looseningRequests.createdAt), desc(looseningRequests.id))
    .limit(LIMITS.looseningsShown);
  const proofs = new Map<string, Awaited<ReturnType<typeof requesterProof>>>();
  for (const { request } of rows) proofs.set(request.id, await requesterProof(tx, request));
  return rows.map(({ request: row, tenantName }) => ({
    id: row.id,
    tenant_id: row.tenantId === PLATFORM_TENANT ? null : row.tenantId,
    tenant_name: row.tenantId === PLATFORM_TENANT ? null : tenantName,
    digest: row.digest,
    document: row.document,
    reason: row.reason,
    requested_by: row.requestedBy,
    requester_proof: proofs.get(row.id) ?? "waiting",
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt.toISOString(),
    approvals: { required: 1, given: 0 },
  }));
}
