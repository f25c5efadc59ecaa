import { sql } from "drizzle-orm";
import { type WriterTx, writer } from "@/db/writer";
import { systemActorFor } from "@/lib/access/system-actor";
import { refuse } from "@/lib/kernel/refusal";
import { environment } from "@/lib/platform/env";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";
import { bindScope } from "@/lib/platform/scope";

/** Something that one worker at a time works on. */
export interface LeaseSubject {
  readonly kind: "attempt" | "incident" | "delivery" | "job";
  readonly tenantId: string;
  readonly id: string;
}

/** A held lease; its fence is checked wherever the work takes effect, so a holder that slept too long changes nothing. */
export interface Lease extends LeaseSubject {
  readonly owner: string;
  readonly fence: number;
}

async function inTenant<T>(tenantId: string, work: (tx: WriterTx) => Promise<T>): Promise<T> {
  return writer().transaction(async (tx) => {
    await bindScope(tx, systemActorFor("lease", tenantId).tenants);
    return work(tx);
  });
}

/**
 * Takes a lease that has run out, by the database's clock; one that only rests may be taken early by whoever was woken.
 * @returns null while somebody else holds it
 */
async function claim(subject: LeaseSubject, owner: string, isWoken: boolean): Promise<Lease | null> {
  const [row] = await inTenant(subject.tenantId, (tx) =>
    tx.execute<{ fence: string }>(sql`
      insert into work_leases (tenant_id, kind, subject_id, owner, lease_until, fence)
      values (${subject.tenantId}, ${subject.kind}, ${subject.id}, ${owner}, now() + ${environment().leaseSeconds} * interval '1 second', 1)
      on conflict (tenant_id, kind, subject_id) do update
        set owner = excluded.owner, lease_until = excluded.lease_until, fence = work_leases.fence + 1
        where work_leases.lease_until < now() or (work_leases.owner = '' and ${isWoken})
      returning fence`),
  );
  return row ? { ...subject, owner, fence: Number(row.fence) } : null;
}

/** Keeps a lease for some seconds more. @returns whether it was still held */
function renew(lease: Lease): Promise<boolean> {
  return moveEnd(lease, lease.owner, environment().leaseSeconds);
}

/** Lets go of a lease; nobody but who is woken takes it again before it has rested. */
function release(lease: Lease, restSeconds: number): Promise<boolean> {
  return moveEnd(lease, "", restSeconds);
}

async function moveEnd(lease: Lease, owner: string, seconds: number): Promise<boolean> {
  const rows = await inTenant(lease.tenantId, (tx) =>
    tx.execute(sql`
      update work_leases set owner = ${owner}, lease_until = now() + ${seconds} * interval '1 second' - interval '1 millisecond'
      where tenant_id = ${lease.tenantId} and kind = ${lease.kind} and subject_id = ${lease.id} and fence = ${lease.fence}
      returning fence`),
  );
  return rows.length === 1;
}

/** How a lease is taken and given back. */
export interface LeaseOptions {
  /** Somebody was woken for this very subject: it need not have rested. */
  readonly isWoken?: boolean;
  /** Seconds for which nobody may take it after the work; the work may say so by what it returns. */
  readonly restSeconds?: number;
}

/**
 * Works on a subject under a lease that is renewed meanwhile and given back at the end, also when the work throws.
 *
 * @param work  may set `rest.seconds`: how long nobody who was not woken takes it again
 * @returns null when somebody else holds it
 */
export async function underLease<T>(
  subject: LeaseSubject,
  owner: string,
  work: (lease: Lease, rest: { seconds: number }) => Promise<T>,
  options: LeaseOptions = {},
): Promise<T | null> {
  const lease = await claim(subject, owner, options.isWoken ?? false);
  if (!lease) return null;
  const renewalMs = Math.min(LIMITS.leaseRenewSeconds, environment().leaseSeconds / 4) * 1_000;
  const renewal = setInterval(() => {
    renew(lease).then(
      (isHeld) => isHeld || log.warn("WARN_LEASE_LOST", `The lease on ${lease.kind} ${lease.id} was taken over`),
      (error: unknown) => log.warn("ERR_DATABASE", "A lease could not be renewed", { error }),
    );
  }, renewalMs);
  const rest = { seconds: options.restSeconds ?? 0 };
  try {
    return await work(lease, rest);
  } finally {
    clearInterval(renewal);
    await release(lease, rest.seconds);
  }
}

/** Makes sure, in the transaction that takes effect, that the lease was not taken over meanwhile. @throws Refusal conflict */
export async function requireFence(tx: WriterTx, lease: Pick<Lease, "kind" | "tenantId" | "id" | "fence">): Promise<void> {
  const [row] = await tx.execute<{ fence: string }>(sql`
    select fence from work_leases where tenant_id = ${lease.tenantId} and kind = ${lease.kind} and subject_id = ${lease.id} for share`);
  if (Number(row?.fence) !== lease.fence) refuse("conflict", "The lease on this work was taken over", { code: "ERR_LEASE_LOST" });
}
