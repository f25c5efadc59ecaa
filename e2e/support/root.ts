import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { expect } from "@playwright/test";
import { SignJWT } from "jose";
import { centerUrl } from "./center";

const ISSUER = "https://id.e2e.test";
const AUDIENCE = "reliability-center";
const KEY = "E2E_IDENTITY_KEY";

/** The organisation's identity service, as far as a Center knows of it: its key, which all journeys of a run share. */
export function identitySettings(): Readonly<Record<string, string>> {
  process.env[KEY] ??= generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const publicKey = createPublicKey(createPrivateKey(process.env[KEY]));
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  return { MOLAM_ID_JWT_PUBLIC: pem, MOLAM_ID_ISSUER: ISSUER, MOLAM_ID_AUDIENCE: AUDIENCE };
}

/** A token of somebody who looks after people, and who has just shown a second factor. */
async function rootToken(): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  const email = "root@center.test";
  return new SignJWT({ email, roles: ["security_admin", "pay_admin"], tenants: ["*"], auth_time: now, amr: ["otp"] })
    .setProtectedHeader({ alg: "RS256" })
    .setSubject(email)
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt(now)
    .setExpirationTime(now + 600)
    .sign(createPrivateKey(process.env[KEY] ?? ""));
}

/** An order of that somebody, through the API. */
export async function orderAsRoot<Answer>(route: string, body: unknown, method = "POST"): Promise<Answer> {
  const headers = { authorization: `Bearer ${await rootToken()}`, "content-type": "application/json" };
  const answer = await fetch(`${centerUrl()}${route}`, { method, headers, body: JSON.stringify(body) });
  const text = await answer.text();
  expect(answer.status, `${route}: ${text}`).toBeLessThan(300);
  return JSON.parse(text) as Answer;
}
