import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { people, personSessions, supportSessions } from "@/db/schema/people";
import { tenants } from "@/db/schema/tenants";
import type { WriterTx } from "@/db/writer";
import { coversTenants } from "@/lib/access/people/rights/may-grant";
import type { Actor, Role } from "@/lib/access/types";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { type SupportTarget, whyNotSupport } from "../may-support";

const input = z
  .strictObject({
    personId: z.uuid().toLowerCase().optional(),
    tenantId: z.uuid().toLowerCase().optional(),
    reason: z.string().trim().min(10).max(LIMITS.reasonCharacters),
    minutes: z.number().int().min(1).max(LIMITS.supportMinutes).default(LIMITS.supportMinutes),
  })
  .refine(({ personId, tenantId }) => (personId === undefined) !== (tenantId === undefined), "name a person or a tenant");

interface Found {
  readonly target: SupportTarget;
  readonly name: string;
  readonly onBehalfOf: string;
  /** Whose log it stands in. */
  readonly tenantId: string | null;
}

/** The person or merchant that is meant; whoever may not see them is told that there is none. */
async function findTarget(tx: WriterTx, { personId, tenantId }: z.output<typeof input>, actor: Actor): Promise<Found> {
  if (tenantId !== undefined) {
    const [tenant] = await tx.select().from(tenants).where(eq(tenants.id, tenantId)).for("update");
    if (!tenant || tenant.id === PLATFORM_TENANT) refuse("not-found", `No tenant ${tenantId}`);
    return {
      target: { kind: "tenant", tenantId, isDisabled: tenant.isDisabled },
      name: tenant.name,
      onBehalfOf: `tenant:${tenantId}`,
      tenantId,
    };
  }
  const [person] = await tx
    .select()
    .from(people)
    .where(eq(people.id, personId ?? ""))
    .for("update");
  if (!person || !coversTenants(actor, person.tenants)) refuse("not-found", `No person ${personId}`);
  const { email, name, isDisabled } = person;
  const target = { kind: "person" as const, email, isDisabled, roles: person.roles as Role[], tenants: person.tenants };
  return { target, name, onBehalfOf: `person:${email}`, tenantId: person.tenants.find((id) => id !== "*") ?? null };
}

/**
 * Somebody enters another person's or a merchant's view, from this browser's session alone: they see what is seen there and change nothing,
 * for half an hour at most. The other is told. No second support mode begins within one.
 */
export const enterSupport = defineCommand({
  name: "support.enter",
  permission: "support:enter",
  input,

  async apply(tx, given, { actor, now, newId }) {
    const { target, name, onBehalfOf, tenantId } = await findTarget(tx, given, actor);
    const whyNot = whyNotSupport(actor, target);
    if (whyNot !== null) refuse("forbidden", whyNot);
    const sessionId = actor.sessionId ?? "";
    // Whoever enters twice at once meets here.
    const open = and(eq(personSessions.id, sessionId), isNull(personSessions.endedAt));
    const [session] = await tx.select().from(personSessions).where(open).for("update");
    if (!session) refuse("conflict", "This session is over");
    const [held] = await tx
      .select({ id: supportSessions.id })
      .from(supportSessions)
      .where(and(eq(supportSessions.sessionId, sessionId), isNull(supportSessions.endedAt)));
    if (held) refuse("conflict", "This session is in support mode already");
    const row = {
      id: newId(),
      sessionId,
      personId: session.personId,
      targetPerson: given.personId ?? null,
      targetTenant: given.tenantId ?? null,
      reason: given.reason,
      startedAt: now,
      endsAt: new Date(now.getTime() + given.minutes * 60_000),
    };
    await tx.insert(supportSessions).values(row);
    return {
      subject: `support:${row.id}`,
      tenantId,
      before: null,
      after: { support: row.id, helper: actor.id, target: onBehalfOf, name, ends_at: row.endsAt, read_only: true },
      reason: given.reason,
      onBehalfOf,
      events: [{ name: "support.entered", payload: { supportId: row.id } }],
      result: { id: row.id, session_id: sessionId, target: name, ends_at: row.endsAt.toISOString() },
    };
  },
});
