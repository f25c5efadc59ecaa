import type { NextAuthOptions, User } from "next-auth";
import { decode, type JWT } from "next-auth/jwt";
import Credentials from "next-auth/providers/credentials";
import { z } from "zod";
import { SignInGate } from "@/lib/access/rates/sign-in-gate";
import { runCommand } from "@/lib/gateway/run-command";
import { Refusal } from "@/lib/kernel/refusal";
import { systemClock } from "@/lib/platform/clock";
import { environment } from "@/lib/platform/env";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";
import { openSession } from "../commands/open-session";
import { closeSession } from "../sessions/commands/close-session";
import { renewSession } from "../sessions/commands/renew-session";
import { findSession, forgetSession } from "../sessions/session-directory";
import { systemActor } from "../system-actor";
import { enterByProvider, identityProvider } from "./identity-provider";
import type { Caller, Entered } from "./next-auth-types";

const gate = new SignInGate();
const SIGN_IN = systemActor("sign-in", "login");

/** Where next-auth keeps its sealed session; the prefix makes browsers insist on https. */
function isSecure(): boolean {
  return environment().publicUrl.startsWith("https://");
}

export function sessionCookieName(): string {
  return isSecure() ? "__Secure-next-auth.session-token" : "next-auth.session-token";
}

async function signIn(given: { email?: string; password?: string } | undefined, { client, agent }: Caller): Promise<Entered | null> {
  const now = systemClock.now();
  const email = (given?.email ?? "").trim().toLowerCase();
  // Nothing of a longer one is kept anywhere.
  if (email === "" || email.length > LIMITS.emailCharacters) return null;
  const succeeded = gate.enter(client, email, now.getTime());
  if (!succeeded) return null;
  const input = { email, password: given?.password ?? "", client, agent };
  const answer = await runCommand(openSession, { input, actor: SIGN_IN, now });
  if (!answer.opened) return null;
  succeeded();
  return { id: answer.id, email: answer.email, name: answer.name, sessionId: answer.sessionId };
}

const tokenSchema = z.looseObject({ email: z.string(), sub: z.uuid(), sid: z.uuid() });

/** What a cookie said that is now taken away also ends wherever else a copy of it lies. */
async function signOut(token: unknown): Promise<void> {
  const parsed = tokenSchema.safeParse(token);
  if (!parsed.success) return;
  const { sid: sessionId } = parsed.data;
  await runCommand(closeSession, { input: { sessionId }, actor: SIGN_IN, now: systemClock.now() }).catch((error: unknown) => {
    if (!(error instanceof Refusal && error.kind === "not-found")) throw error;
  });
  forgetSession(sessionId);
}

/** A browser renews its session because a hand is on it: that is written down, but not each time. */
async function noteSighting(sessionId: string): Promise<void> {
  const now = systemClock.now();
  const session = await findSession(sessionId);
  if (!session || session.endedAt || now.getTime() - session.seenAt.getTime() < LIMITS.sessionSightingSeconds * 1_000) return;
  await runCommand(renewSession, { input: { sessionId }, actor: SIGN_IN, now }).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
  });
  forgetSession(sessionId);
}

async function nextToken(token: JWT, user: User | undefined): Promise<JWT> {
  if (user) {
    const { id, email, name, sessionId } = user as Entered;
    return { sub: id, email, name, sid: sessionId };
  }
  const parsed = tokenSchema.safeParse(token);
  if (parsed.success) await noteSighting(parsed.data.sid);
  return token;
}

/**
 * How people sign in by browser: e-mail address and password, or the identity provider that the environment names; a sealed session of
 * 30 min idle and 12 h in all, over for good at sign-out.
 */
export function sessionOptions(caller: Caller = { client: "", agent: "" }): NextAuthOptions {
  return {
    secret: environment().nextauthSecret,
    useSecureCookies: isSecure(),
    session: { strategy: "jwt", maxAge: LIMITS.personSessionIdleSeconds, updateAge: 0 },
    pages: { signIn: "/signin", error: "/signin" },
    logger: {
      error: (code, metadata) =>
        log.warn("ERR_UNAUTHENTICATED", "Somebody could not be let in", { what: code, why: String(metadata.message).slice(0, 300) }),
      warn: (code) => log.debug("ERR_UNAUTHENTICATED", "next-auth has a remark", { what: code }),
      debug: () => undefined,
    },
    providers: [
      Credentials({
        name: "Password",
        credentials: { email: { label: "E-mail", type: "email" }, password: { label: "Password", type: "password" } },
        authorize: (given) => signIn(given, caller),
      }),
      ...identityProvider(),
    ],
    events: { signOut: ({ token }) => signOut(token) },
    callbacks: {
      signIn: async ({ user, account, profile }) => account?.type !== "oauth" || enterByProvider(user as Entered, profile, caller),
      jwt: ({ token, user }) => nextToken(token, user as User | undefined),
    },
  };
}

const sessionSchema = tokenSchema.extend({ exp: z.number() });

/** What a sealed session cookie says; whether it still counts is authenticate-person's question. */
export interface SessionClaims {
  readonly sessionId: string;
  readonly personId: string;
  readonly email: string;
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
  return { sessionId: parsed.data.sid, personId: parsed.data.sub, email: parsed.data.email };
}
