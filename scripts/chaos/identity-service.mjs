import { createSign, generateKeyPairSync } from "node:crypto";

const ISSUER = "https://identity.chaos.test";
const AUDIENCE = "reliability-center";
const LIFE_SECONDS = 600;

const encode = (/** @type {object} */ part) => Buffer.from(JSON.stringify(part)).toString("base64url");

/**
 * An identity service of our own, so that Center is driven as any organisation drives it: by bearer tokens.
 *
 * @returns {{ environment: Record<string, string>, token(email?: string): string }} `environment` is Center's; `token` speaks for an operator of all tenants who
 *   has just shown a second factor
 */
export function identityService() {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  return {
    environment: {
      MOLAM_ID_JWT_PUBLIC: publicKey.export({ type: "spki", format: "pem" }).toString(),
      MOLAM_ID_ISSUER: ISSUER,
      MOLAM_ID_AUDIENCE: AUDIENCE,
    },
    token(email = "chaos@center.test") {
      const iat = Math.floor(Date.now() / 1_000);
      const claims = { sub: email, email, roles: ["pay_admin", "security_admin"], tenants: ["*"], iss: ISSUER, aud: AUDIENCE };
      const proof = { auth_time: iat, amr: ["otp"] };
      const text = `${encode({ alg: "RS256", typ: "JWT" })}.${encode({ ...claims, ...proof, iat, exp: iat + LIFE_SECONDS })}`;
      return `${text}.${createSign("RSA-SHA256").update(text).sign(privateKey, "base64url")}`;
    },
  };
}
