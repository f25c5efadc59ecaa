import { createHmac, generateKeyPairSync, type KeyObject, sign as signRaw } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { Refusal } from "@/lib/kernel/refusal";
import { verifyBearer } from "./bearer";

const issuerKey = generateKeyPairSync("rsa", { modulusLength: 2048 });
const strangerKey = generateKeyPairSync("rsa", { modulusLength: 2048 });
const publicKeyPem = issuerKey.publicKey.export({ type: "spki", format: "pem" }).toString();

const NOW = new Date("2026-11-21T10:00:00.000Z");
const SECONDS = NOW.getTime() / 1_000;
const SETTINGS = { publicKeyPem, issuer: "https://id.example", audience: "reliability-center", now: NOW };
const TENANT = "0190b6a0-1111-7000-8000-000000000000";
const CLAIMS = {
  sub: "person-1",
  email: "Ada@Example.com",
  roles: ["operator", "approver", "astronaut"],
  tenants: [TENANT],
  iss: "https://id.example",
  aud: "reliability-center",
  iat: SECONDS - 10,
  exp: SECONDS + 600,
};

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

function token(claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}, key: KeyObject = issuerKey.privateKey): string {
  const head = `${part({ alg: "RS256", typ: "JWT", ...header })}.${part({ ...CLAIMS, ...claims })}`;
  return `${head}.${signRaw("sha256", Buffer.from(head), key).toString("base64url")}`;
}

function hs256(secret: string): string {
  const head = `${part({ alg: "HS256", typ: "JWT" })}.${part(CLAIMS)}`;
  return `${head}.${createHmac("sha256", secret).update(head).digest("base64url")}`;
}

test("a good token speaks for its person; roles that nobody knows grant nothing", async () => {
  expect(await verifyBearer(token({ auth_time: SECONDS - 60, amr: ["otp"] }), SETTINGS)).toEqual({
    sub: "person-1",
    email: "ada@example.com",
    roles: ["operator", "approver"],
    tenants: [TENANT],
    authTime: new Date((SECONDS - 60) * 1_000),
    amr: ["otp"],
  });
});

describe("accepted", () => {
  test.each<[string, string]>([
    ["no typ", token({}, { typ: undefined })],
    ["typ at+jwt", token({}, { typ: "at+jwt" })],
    ["typ AT+JWT", token({}, { typ: "AT+JWT" })],
    ["all tenants", token({ tenants: ["*"] })],
    ["no tenants", token({ tenants: [] })],
    ["several audiences", token({ aud: ["other", "reliability-center"] })],
    ["nbf passed", token({ nbf: SECONDS })],
    ["nbf 30 s ahead", token({ nbf: SECONDS + 30 })],
    ["ended 29 s ago", token({ iat: SECONDS - 100, exp: SECONDS - 29 })],
    ["issued 30 s ahead", token({ iat: SECONDS + 30 })],
    ["15 minutes to live", token({ iat: SECONDS, exp: SECONDS + 900 })],
    ["a kid that nobody knows", token({}, { kid: "../../etc/passwd" })],
  ])("%s", async (_name, text) => {
    expect(await verifyBearer(text, SETTINGS)).toMatchObject({ sub: "person-1" });
  });
});

describe("safety case 10: refused", () => {
  const none = `${part({ alg: "none" })}.${part(CLAIMS)}.`;
  const cut = token().split(".");

  test.each<[string, string]>([
    ["alg none", none],
    ["alg none with a signature", `${none}${cut[2]}`],
    ["HS256 with the PEM as secret", hs256(publicKeyPem)],
    ["HS256 with the trimmed PEM as secret", hs256(publicKeyPem.trim())],
    ["RS256 by another key", token({}, {}, strangerKey.privateKey)],
    ["another key, embedded as jwk", token({}, { jwk: strangerKey.publicKey.export({ format: "jwk" }) }, strangerKey.privateKey)],
    ["alg RS384", token({}, { alg: "RS384" })],
    ["alg PS256", token({}, { alg: "PS256" })],
    ["changed claims under the old signature", `${cut[0]}.${part({ ...CLAIMS, roles: ["security_admin"] })}.${cut[2]}`],
    ["a wrong audience", token({ aud: "another" })],
    ["no audience", token({ aud: undefined })],
    ["a wrong issuer", token({ iss: "https://evil.example" })],
    ["no issuer", token({ iss: undefined })],
    ["no exp", token({ exp: undefined })],
    ["no iat", token({ iat: undefined })],
    ["no sub", token({ sub: undefined })],
    ["no email", token({ email: undefined })],
    ["ended 31 s ago", token({ iat: SECONDS - 100, exp: SECONDS - 31 })],
    ["issued 31 s ahead", token({ iat: SECONDS + 31, exp: SECONDS + 100 })],
    ["nbf 31 s ahead", token({ nbf: SECONDS + 31 })],
    ["16 minutes to live", token({ iat: SECONDS, exp: SECONDS + 901 })],
    ["a life without end", token({ exp: 1e18 })],
    ["typ of something else", token({}, { typ: "id_token+jwt" })],
    ["an unknown critical header", token({}, { crit: ["x"], x: 1 })],
    ["roles as text", token({ roles: "operator" })],
    ["tenants as text", token({ tenants: "*" })],
    ["tenants mixed with all", token({ tenants: [TENANT, "*"] })],
    ["a tenant that is no id", token({ tenants: ["' or 1=1"] })],
    ["auth_time ahead", token({ auth_time: SECONDS + 3_600 })],
    ["five parts", "a.b.c.d.e"],
    ["nothing", ""],
    ["very much", "x".repeat(100_000)],
  ])("%s", async (_name, text) => {
    const outcome = await verifyBearer(text, SETTINGS);
    expect(outcome).toBeInstanceOf(Refusal);
    expect(outcome).toMatchObject({ kind: "unauthenticated" });
  });

  test("nothing is fetched, whatever the header points to", async () => {
    let hits = 0;
    const server = createServer((_request, response) => {
      hits += 1;
      response.end(JSON.stringify({ keys: [strangerKey.publicKey.export({ format: "jwk" })] }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
    try {
      for (const header of [{ jku: url }, { x5u: url }, { jku: url, kid: "1" }]) {
        expect(await verifyBearer(token({}, header, strangerKey.privateKey), SETTINGS)).toBeInstanceOf(Refusal);
        expect(await verifyBearer(token({ iss: url }, header), SETTINGS)).toBeInstanceOf(Refusal);
      }
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    expect(hits).toBe(0);
  });
});

test("a key that is not RSA is the operator's bug", async () => {
  const pem = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }).toString();
  await expect(verifyBearer(token(), { ...SETTINGS, publicKeyPem: pem })).rejects.toThrow(RangeError);
});
