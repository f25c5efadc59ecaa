import { createPublicKey, type KeyObject } from "node:crypto";
import { type JWTPayload, jwtVerify, type ProtectedHeaderParameters } from "jose";
import { z } from "zod";
import { ROLES } from "@/lib/access/types";
import { Refusal } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";

export interface BearerSettings {
  /** SPKI PEM of the issuer's RSA key; no other key is ever used, whatever the token says. */
  readonly publicKeyPem: string;
  readonly issuer: string;
  readonly audience: string;
  readonly now: Date;
}

const roleName = z.string().max(64);
const claimsSchema = z.object({
  sub: z.string().min(1).max(256),
  email: z.email().max(320),
  roles: z
    .array(roleName)
    .max(50)
    .transform((names) => ROLES.filter((role) => names.includes(role))),
  tenants: z.union([z.tuple([z.literal("*")]), z.array(z.uuid()).max(1_000)]),
  iat: z.number(),
  exp: z.number(),
  auth_time: z.number().optional(),
  amr: z.array(z.string().max(64)).max(20).optional(),
});

/** Who a token speaks for. Roles that Center does not know are left out; they grant nothing. */
export interface BearerClaims {
  readonly sub: string;
  readonly email: string;
  readonly roles: z.infer<typeof claimsSchema>["roles"];
  /** Tenant ids, or exactly ["*"]. */
  readonly tenants: readonly string[];
  /** When the person last proved who it is; null when the issuer does not say. */
  readonly authTime: Date | null;
  /** How it did (RFC 8176), [] when the issuer does not say. */
  readonly amr: readonly string[];
}

const TYPES = new Set(["jwt", "at+jwt", "application/at+jwt"]);

function refused(why: string): Refusal {
  return new Refusal("unauthenticated", `The bearer token is not accepted: ${why}`);
}

let lastKey: { readonly pem: string; readonly key: KeyObject } | undefined;

/** A typed key: were the PEM handed over as text, a token could name it as its HMAC secret. */
function rsaKey(pem: string): KeyObject {
  if (lastKey?.pem !== pem) lastKey = { pem, key: createPublicKey(pem) };
  if (lastKey.key.asymmetricKeyType !== "rsa") throw new RangeError("the issuer's key must be an RSA key");
  return lastKey.key;
}

function timesProblem(claims: z.infer<typeof claimsSchema>, now: Date): string | null {
  const nowSeconds = now.getTime() / 1_000;
  if (claims.iat > nowSeconds + LIMITS.jwtSkewSeconds) return "it was issued in the future";
  if (claims.exp <= claims.iat) return "it ends before it begins";
  if (claims.exp - claims.iat > LIMITS.jwtLifeSeconds) return "it lives longer than 15 minutes";
  if (claims.auth_time !== undefined && claims.auth_time > nowSeconds + LIMITS.jwtSkewSeconds) return "auth_time lies in the future";
  return null;
}

async function readToken(
  token: string,
  settings: BearerSettings,
): Promise<{ header: ProtectedHeaderParameters; payload: JWTPayload } | null> {
  const key = rsaKey(settings.publicKeyPem);
  try {
    const { protectedHeader, payload } = await jwtVerify(token, key, {
      algorithms: ["RS256"],
      issuer: settings.issuer,
      audience: settings.audience,
      clockTolerance: LIMITS.jwtSkewSeconds,
      currentDate: settings.now,
      requiredClaims: ["sub", "iss", "aud", "iat", "exp"],
    });
    return { header: protectedHeader, payload };
  } catch {
    return null;
  }
}

/**
 * Checks a person's bearer token: RS256 by the one configured key (`jwk`, `jku`, `x5u`, `kid` are not looked at, nothing
 * is fetched), issuer, audience, life of at most 15 minutes, clocks at most 30 s apart.
 *
 * @returns the claims, or a refusal `unauthenticated`
 */
export async function verifyBearer(token: string, settings: BearerSettings): Promise<BearerClaims | Refusal> {
  if (token.length > LIMITS.bearerTokenBytes) return refused("it is too long");
  const verified = await readToken(token, settings);
  if (!verified) return refused("signature, issuer, audience or times");
  const { typ } = verified.header;
  if (typ !== undefined && !TYPES.has(typ.toLowerCase())) return refused("its type");
  const parsed = claimsSchema.safeParse(verified.payload);
  if (!parsed.success) return refused("its claims");
  const problem = timesProblem(parsed.data, settings.now);
  if (problem !== null) return refused(problem);
  const { sub, email, roles, tenants, auth_time: authTime, amr } = parsed.data;
  return {
    sub,
    email: email.toLowerCase(),
    roles,
    tenants,
    authTime: authTime === undefined ? null : new Date(authTime * 1_000),
    amr: amr ?? [],
  };
}
