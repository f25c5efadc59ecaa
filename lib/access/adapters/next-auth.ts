import type { NextAuthOptions } from "next-auth";
import { decode } from "next-auth/jwt";
import Credentials from "next-auth/providers/credentials";
import { z } from "zod";
import { SignInGate } from "@/lib/access/rates/sign-in-gate";
import { runCommand } from "@/lib/gateway/run-command";
import { systemClock } from "@/lib/platform/clock";
import { environment } from "@/lib/platform/env";
import { LIMITS } from "@/lib/platform/limits";
import { closeSession } from "../commands/close-session";
import { openSession } from "../commands/open-session";
import { forgetPerson } from "../people/person-directory";
import { systemActor } from "../system-actor";

const gate = new SignInGate();

/** Where next-auth keeps its sealed session; the prefix makes browsers insist on https. */
function isSecure(): boolean {
  return environment().publicUrl.startsWith("https://");
}

export function sessionCookieName(): string {
  return isSecure() ? "__Secure-next-auth.session-token" : "next-auth.session-token";
}

async function signIn(given: { email?: string; password?: string } | undefined, client: string) {
  const now = systemClock.now();
  const email = (given?.email ?? "").trim().toLowerCase();
  // Nothing of a longer one is kept anywhere.
  if (email === "" || email.length > LIMITS.emailCharacters) return null;
  const succeeded = gate.enter(client, email, now.getTime());
  if (!succeeded) return null;
  const input = { email, password: given?.password ?? "", client };
  const answer = await runCommand(openSession, { input, actor: systemActor("sign-in", "login"), now });
  if (!answer.opened) return null;
  succeeded();
  return { id: answer.id, email: answer.email, name: answer.name };
}

const startedSchema = z.looseObject({ email: z.string(), sub: z.uuid(), started_at: z.number() });

/** What a cookie said that is now taken away also ends wherever else a copy of it lies. */
async function signOut(token: unknown): Promise<void> {
  const parsed = startedSchema.safeParse(token);
  if (!parsed.success) return;
  const { sub: personId, started_at: startedAtMs, email } = parsed.data;
  await runCommand(closeSession, { input: { personId, startedAtMs }, actor: systemActor("sign-in", "login"), now: systemClock.now() });
  forgetPerson(email);
}

/**
 * How people sign in by browser: e-mail address and password, a sealed session of 30 min idle and 12 h in all, over for good at sign-out.
 * @param client  the place whoever asks comes from
 */
export function sessionOptions(client = ""): NextAuthOptions {
  return {
    secret: environment().nextauthSecret,
    useSecureCookies: isSecure(),
    session: { strategy: "jwt", maxAge: LIMITS.personSessionIdleSeconds, updateAge: 0 },
    pages: { signIn: "/signin", error: "/signin" },
    providers: [
      Credentials({
        name: "Password",
        credentials: { email: { label: "E-mail", type: "email" }, password: { label: "Password", type: "password" } },
        authorize: (given) => signIn(given, client),
      }),
    ],
    events: { signOut: ({ token }) => signOut(token) },
    callbacks: {
      jwt: ({ token, user }) => (user ? { ...token, started_at: systemClock.now().getTime() } : token),
    },
  };
}

const sessionSchema = startedSchema.extend({ exp: z.number() });

/** What a sealed session cookie says; whether it still counts is authenticate-person's question. */
export interface SessionClaims {
  readonly personId: string;
  readonly email: string;
  readonly startedAt: Date;
}

/** A large session is cut into numbered cookies; put together they are one token. */
function tokenFrom(cookies: ReadonlyMap<string, string>): string {
  const name = sessionCookieName();
  const whole = cookies.get(name);
  if (whole !== undefined) return whole;
  const parts: string[] = [];
  for (let part = cookies.get(`${name}.0`); part !== undefined; part = cookies.get(`${name}.${parts.length}`)) parts.push(part);
  return parts.join("");
}

/**
 * Opens the session that a browser sent.
 * @returns null when there is none, it was changed, or it was idle too long
 */
export async function readSession(cookies: ReadonlyMap<string, string>): Promise<SessionClaims | null> {
  const token = tokenFrom(cookies);
  if (token === "" || token.length > LIMITS.bearerTokenBytes) return null;
  const payload = await decode({ token, secret: environment().nextauthSecret }).catch(() => null);
  const parsed = sessionSchema.safeParse(payload);
  if (!parsed.success) return null;
  return { personId: parsed.data.sub, email: parsed.data.email, startedAt: new Date(parsed.data.started_at) };
}
