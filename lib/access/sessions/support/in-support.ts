import { cutRights } from "@/lib/access/people/cut-rights";
import { findPerson } from "@/lib/access/people/person-directory";
import { scopeFor } from "@/lib/access/system-actor";
import type { Actor, Supporting } from "@/lib/access/types";
import { type SupportTarget, TENANT_VIEW, whyNotSupport } from "./may-support";
import { findSupport, type KnownSupport } from "./support-directory";

/** What of the target counts now: a record that went is one that is disabled. */
async function targetOf({ target }: KnownSupport): Promise<SupportTarget> {
  if (target.kind === "tenant") return { kind: "tenant", tenantId: target.id, isDisabled: target.isDisabled };
  const known = await findPerson(target.email);
  if (!known || known.id !== target.id) return { kind: "person", email: target.email, isDisabled: true, roles: [], tenants: [] };
  return { kind: "person", email: known.email, isDisabled: known.isDisabled, ...cutRights(known, known) };
}

/** Whom a session that is in support mode stands for: whoever looks, with what the other could see and nothing of their own. */
function seenAs(self: Actor, known: KnownSupport, target: SupportTarget, over: Supporting["over"]): Actor {
  const { id, name } = known.target;
  const onBehalfOf = target.kind === "person" ? `person:${target.email}` : `tenant:${id}`;
  const supporting = { id: known.id, self, target: { kind: target.kind, id, name }, onBehalfOf, endsAt: known.endsAt, over };
  const base = { kind: "person", id: self.id, sessionId: self.sessionId, supporting } as const;
  if (over !== null) return { ...base, email: null, roles: [], tenants: { kind: "set", ids: [] } };
  if (target.kind === "tenant") return { ...base, email: null, roles: TENANT_VIEW, tenants: { kind: "set", ids: [target.tenantId] } };
  const tenants = target.tenants.includes("*") ? scopeFor("operate") : ({ kind: "set", ids: target.tenants } as const);
  return { ...base, email: target.email, roles: target.roles, tenants };
}

/**
 * The actor that a browser's session stands for: its person, or in support mode that person with another's view. When its time is up or
 * either of the two may no longer, nothing is seen until the person leaves: their own rights never come back by surprise.
 */
export async function inSupport(self: Actor, now: Date): Promise<Actor> {
  const known = await findSupport(self.sessionId ?? "");
  if (!known) return self;
  const target = await targetOf(known);
  if (now >= known.endsAt) return seenAs(self, known, target, "time");
  return seenAs(self, known, target, whyNotSupport(self, target) === null ? null : "rights");
}

/** Who really acts, for what support mode itself allows: leaving it. Without its session, which support mode holds to reading. */
export function selfOf(actor: Actor): Actor {
  const { sessionId: _held, ...self } = actor.supporting?.self ?? actor;
  return self;
}
