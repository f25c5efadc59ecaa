import type { NextAuthOptions, Profile } from "next-auth";
import { z } from "zod";
import { runCommand } from "@/lib/gateway/run-command";
import { systemClock } from "@/lib/platform/clock";
import { environment } from "@/lib/platform/env";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";
import { openProviderSession } from "../sessions/commands/open-provider-session";
import { systemActor } from "../system-actor";
import type { Caller, Entered } from "./next-auth-types";

type Providers = NextAuthOptions["providers"];

/** What an id token has to say; an address that the provider did not verify is anybody's. */
const claimsSchema = z.looseObject({
  sub: z.string().min(1).max(512),
  email: z.email().max(LIMITS.emailCharacters),
  email_verified: z.literal(true),
});

/**
 * The identity provider that OIDC_ISSUER names, none where it names none: discovery, the authorization code with PKCE, state and nonce,
 * and an id token whose signature, issuer, audience, times and nonce are checked against the provider's own keys.
 */
export function identityProvider(): Providers {
  const settings = environment().oidc;
  if (!settings) return [];
  const { issuer, clientId, clientSecret } = settings;
  return [
    {
      id: "oidc",
      name: new URL(issuer).hostname,
      type: "oauth",
      issuer,
      wellKnown: `${issuer}/.well-known/openid-configuration`,
      clientId,
      clientSecret,
      idToken: true,
      checks: ["pkce", "state", "nonce"],
      authorization: { params: { scope: "openid email profile" } },
      httpOptions: { timeout: LIMITS.oidcTimeoutMs },
      profile: ({ sub, email, name }: Profile) => ({ id: sub ?? "", email: email ?? null, name: name ?? null }),
    },
  ];
}

/**
 * Lets in whom the identity provider vouches for and Center has a record of; the user that next-auth goes on with becomes that person.
 * @returns false for an address that is not verified, for somebody without a record, and for a disabled person
 */
export async function enterByProvider(user: Entered, profile: Profile | undefined, { agent }: Caller): Promise<boolean> {
  const settings = environment().oidc;
  const claims = claimsSchema.safeParse(profile);
  if (!settings || !claims.success) {
    log.warn("ERR_UNAUTHENTICATED", "The identity provider named nobody whose e-mail address it verified");
    return false;
  }
  const { sub, email } = claims.data;
  const input = { email, idpSubject: `${settings.issuer} ${sub}`, agent };
  const answer = await runCommand(openProviderSession, { input, actor: systemActor("sign-in", "login"), now: systemClock.now() });
  if (!answer.opened) return false;
  Object.assign(user, { id: answer.id, email: answer.email, name: answer.name, sessionId: answer.sessionId });
  return true;
}
