import { encode } from "next-auth/jwt";
import { sessionCookieName } from "@/lib/access/adapters/next-auth";
import { beginSession } from "@/lib/access/sessions/begin-session";
import { LIMITS } from "@/lib/platform/limits";
import { newId } from "@/lib/platform/random";
import { asGateway } from "../factories";

export interface SessionOptions {
  readonly startedAt?: Date;
  /** Seconds for which the cookie itself is good. */
  readonly maxAge?: number;
  readonly method?: "password" | "oidc";
  /** The person that the cookie names, where it is not the one whose session it is. */
  readonly claimedId?: string;
}

type Somebody = { readonly id: string; readonly email: string };

/** Opens a session as signing in does. */
export function openedSession(person: Somebody, { startedAt = new Date(), method = "password" }: SessionOptions = {}): Promise<string> {
  return asGateway((tx) => beginSession(tx, person.id, { method, agent: "test" }, { now: startedAt, newId }));
}

/** The cookie of a session that somebody opened, as their browser sends it. */
export async function sessionCookie(person: Somebody, options: SessionOptions = {}): Promise<string> {
  const claims = { sub: options.claimedId ?? person.id, email: person.email, sid: await openedSession(person, options) };
  const maxAge = options.maxAge ?? LIMITS.personSessionIdleSeconds;
  const token = await encode({ token: claims, secret: process.env.NEXTAUTH_SECRET ?? "", maxAge });
  return `${sessionCookieName()}=${token}`;
}
