import { verifyBearer } from "@/lib/access/credentials/bearer";
import { Refusal, refuse } from "@/lib/kernel/refusal";
import { environment } from "@/lib/platform/env";
import { LIMITS } from "@/lib/platform/limits";
import { noteInTrace } from "@/lib/platform/trace";
import { readSession } from "./adapters/next-auth";
import { cookiesOf } from "./people/cookies-of";
import { bindsClaims, cutRights, type Rights } from "./people/cut-rights";
import { findPerson, type KnownPerson } from "./people/person-directory";
import { findSession } from "./sessions/session-directory";
import { inSupport } from "./sessions/support/in-support";
import { scopeFor } from "./system-actor";
import type { Actor } from "./types";

function actorOf(email: string, { roles, tenants }: Rights): Actor {
  noteInTrace({ actorId: `person:${email}` });
  return {
    kind: "person",
    id: `person:${email}`,
    email,
    roles,
    tenants: tenants.includes("*") ? scopeFor("operate") : { kind: "set", ids: tenants },
  };
}

function refuseDisabled(record: KnownPerson | null): void {
  if (record?.isDisabled) refuse("forbidden", "This person is disabled", { code: "ERR_PERSON_DISABLED" });
}

async function fromBearer(token: string, now: Date): Promise<Actor> {
  const settings = environment().bearer;
  if (!settings) refuse("unauthenticated", "Bearer tokens are not set up here");
  const claims = await verifyBearer(token, { ...settings, now });
  if (claims instanceof Refusal) throw claims;
  const known = await findPerson(claims.email);
  const binding = known && bindsClaims(known, claims) ? known : null;
  refuseDisabled(binding);
  const { authTime, amr } = claims;
  return { ...actorOf(claims.email, cutRights(claims, binding)), proof: { authTime, amr } };
}

/**
 * Who a browser's session belongs to, for pages and their actions; in support mode with another's view and no right to change anything.
 *
 * @returns null when there is no session that still counts: none sent, idle or older than its limits, or ended since
 * @throws Refusal forbidden for a person who is disabled
 */
export async function authenticateSession(cookies: ReadonlyMap<string, string>, now: Date): Promise<Actor | null> {
  const session = await readSession(cookies);
  if (!session) return null;
  const [kept, known] = await Promise.all([findSession(session.sessionId), findPerson(session.email)]);
  if (!kept || kept.endedAt || now.getTime() - kept.startedAt.getTime() > LIMITS.personSessionTotalSeconds * 1_000) return null;
  // Another person may have come to hold this address since.
  if (!known || known.id !== session.personId || kept.personId !== known.id || kept.startedAt < known.sessionsValidFrom) return null;
  refuseDisabled(known);
  const isVouchedFor = known.bindsEverywhere || kept.method === "oidc";
  return inSupport({ ...actorOf(known.email, cutRights(known, known)), sessionId: kept.id, isVouchedFor }, now);
}

/** A browser sends its session with whatever page asked; only requests of our own pages may write by it. */
function isFromOurPages(request: Request): boolean {
  if (request.method === "GET" || request.method === "HEAD") return true;
  if (request.headers.get("sec-fetch-site") === "same-origin") return true;
  return request.headers.get("origin") === new URL(environment().publicUrl).origin;
}

/**
 * Proves which person a request of the ops API comes from: a bearer token, else the browser's session. What the person may
 * do is what the token claims, cut by Center's own record of that e-mail address where there is one that may bind it.
 *
 * @throws Refusal unauthenticated; forbidden for a disabled person, or a session used from another site's page
 */
export async function authenticatePerson(request: Request, now: Date): Promise<Actor> {
  const authorization = request.headers.get("authorization");
  if (authorization !== null) {
    const [scheme, token, ...rest] = authorization.trim().split(/ +/);
    if (scheme?.toLowerCase() !== "bearer" || !token || rest.length > 0) refuse("unauthenticated", "Send a bearer token");
    return fromBearer(token, now);
  }
  const actor = await authenticateSession(cookiesOf(request.headers.get("cookie")), now);
  if (!actor) refuse("unauthenticated", "Sign in, or send a bearer token");
  if (!isFromOurPages(request)) refuse("forbidden", "This session may not be used from another site");
  return actor;
}
