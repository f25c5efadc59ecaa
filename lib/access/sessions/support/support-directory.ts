import { and, eq, isNull } from "drizzle-orm";
import { people, supportSessions } from "@/db/schema/people";
import { tenants } from "@/db/schema/tenants";
import { RecentLookUps } from "@/lib/access/people/recent-look-ups";
import { read } from "@/lib/platform/scope";

/** Support mode that a browser session is in. */
export interface KnownSupport {
  readonly id: string;
  readonly endsAt: Date;
  readonly target:
    | { readonly kind: "person"; readonly id: string; readonly email: string; readonly name: string }
    | { readonly kind: "tenant"; readonly id: string; readonly name: string; readonly isDisabled: boolean };
}

async function load(sessionId: string): Promise<KnownSupport | null> {
  const [row] = await read({ kind: "set", ids: [] }, (tx) =>
    tx
      .select({ support: supportSessions, email: people.email, name: people.name })
      .from(supportSessions)
      .leftJoin(people, eq(people.id, supportSessions.targetPerson))
      .where(and(eq(supportSessions.sessionId, sessionId), isNull(supportSessions.endedAt))),
  );
  if (!row) return null;
  const { id, endsAt, targetPerson, targetTenant } = row.support;
  if (targetPerson) return { id, endsAt, target: { kind: "person", id: targetPerson, email: row.email ?? "", name: row.name ?? "" } };
  const tenantId = targetTenant ?? "";
  const [tenant] = await read({ kind: "set", ids: [tenantId] }, (tx) => tx.select().from(tenants).where(eq(tenants.id, tenantId)));
  return { id, endsAt, target: { kind: "tenant", id: tenantId, name: tenant?.name ?? tenantId, isDisabled: tenant?.isDisabled ?? true } };
}

const recent = new RecentLookUps(load);

/** The support mode that a session is in; that it was entered, left or ended is seen on every instance within LIMITS.powerCacheMs. */
export function findSupport(sessionId: string): Promise<KnownSupport | null> {
  return recent.find(sessionId);
}

/** Forgets what is kept of a session's support mode, so that this process sees a change of its own at once. */
export function forgetSupport(sessionId: string): void {
  recent.forget(sessionId);
}
