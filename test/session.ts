import { encode } from "next-auth/jwt";
import { sessionCookieName } from "@/lib/access/adapters/next-auth";
import { LIMITS } from "@/lib/platform/limits";

export interface SessionOptions {
  readonly startedAt?: Date;
  /** Seconds for which the cookie itself is good. */
  readonly maxAge?: number;
}

/** The cookie of a session that somebody opened, as their browser sends it. */
export async function sessionCookie(
  person: { readonly id: string; readonly email: string },
  options: SessionOptions = {},
): Promise<string> {
  const claims = { sub: person.id, email: person.email, started_at: (options.startedAt ?? new Date()).getTime() };
  const maxAge = options.maxAge ?? LIMITS.personSessionIdleSeconds;
  const token = await encode({ token: claims, secret: process.env.NEXTAUTH_SECRET ?? "", maxAge });
  return `${sessionCookieName()}=${token}`;
}
