import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from "jose";

/** Who signs in there next, and how the provider misbehaves, where it does. */
export interface Mood {
  readonly sub: string;
  readonly email: string;
  readonly emailVerified?: boolean;
  /** Claims of the id token that are not what they should be. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Signs by a key that it does not publish. */
  readonly strangeKey?: boolean;
}

export interface IdentityProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  mood: Mood;
  /** How many codes were ever exchanged. */
  readonly exchanged: () => number;
  stop(): Promise<void>;
}

interface Granted {
  readonly challenge: string;
  readonly nonce: string;
  readonly mood: Mood;
}

const ALGORITHM = "RS256";
const CLIENT_ID = "reliability-center";

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return new URLSearchParams(text);
}

function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** Codes that were given out, each for one exchange. */
class Codes {
  private readonly codes = new Map<string, Granted>();
  exchanged = 0;

  constructor(private readonly redirectUri: string) {}

  /** Consents at once. @returns where the browser goes, or null for a request that is not as it should be */
  grant(query: URLSearchParams, mood: Mood): string | null {
    const wanted = { response_type: "code", client_id: CLIENT_ID, redirect_uri: this.redirectUri, code_challenge_method: "S256" };
    const isRight = Object.entries(wanted).every(([name, value]) => query.get(name) === value);
    const [state, nonce, challenge] = [query.get("state"), query.get("nonce"), query.get("code_challenge")];
    if (!isRight || !state || !nonce || !challenge || !query.get("scope")?.includes("openid")) return null;
    const code = randomUUID();
    this.codes.set(code, { challenge, nonce, mood });
    return `${this.redirectUri}?${new URLSearchParams({ code, state })}`;
  }

  /** What a code was given for, once, to whoever holds its verifier. */
  take(form: URLSearchParams): Granted | null {
    const granted = this.codes.get(form.get("code") ?? "");
    this.codes.delete(form.get("code") ?? "");
    const shown = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (!granted || granted.challenge !== shown || form.get("redirect_uri") !== this.redirectUri) return null;
    this.exchanged += 1;
    return granted;
  }
}

function discovery(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: [ALGORITHM],
  };
}

async function idToken(issuer: string, { mood, nonce }: Granted, key: CryptoKey): Promise<string> {
  const { sub, email, emailVerified = true, claims } = mood;
  const now = Math.floor(Date.now() / 1_000);
  const said = { iss: issuer, aud: CLIENT_ID, sub, iat: now, exp: now + 300, nonce, email, email_verified: emailVerified };
  return new SignJWT({ ...said, ...claims }).setProtectedHeader({ alg: ALGORITHM, kid: "one" }).sign(key);
}

/** A small OpenID provider on this machine: discovery, keys, the authorization code with PKCE, and signed id tokens. */
export async function startIdentityProvider(redirectUri: string): Promise<IdentityProvider> {
  const [own, strange] = await Promise.all([generateKeyPair(ALGORITHM), generateKeyPair(ALGORITHM)]);
  const jwk = { ...(await exportJWK(own.publicKey)), kid: "one", alg: ALGORITHM, use: "sig" };
  const codes = new Codes(redirectUri);
  const clientSecret = randomUUID();
  const basic = `Basic ${Buffer.from(`${CLIENT_ID}:${clientSecret}`).toString("base64")}`;

  const exchange = async (request: IncomingMessage, response: ServerResponse) => {
    const form = await readForm(request);
    if (request.headers.authorization !== basic) return answerJson(response, 401, { error: "invalid_client" });
    const granted = codes.take(form);
    if (!granted) return answerJson(response, 400, { error: "invalid_grant" });
    const signed = await idToken(provider.issuer, granted, granted.mood.strangeKey ? strange.privateKey : own.privateKey);
    answerJson(response, 200, { access_token: randomUUID(), token_type: "Bearer", expires_in: 300, id_token: signed });
  };
  const authorize = (query: URLSearchParams, response: ServerResponse) => {
    const location = codes.grant(query, provider.mood);
    if (location === null) answerJson(response, 400, { error: "invalid_request" });
    else response.writeHead(302, { location }).end();
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", provider.issuer);
    if (pathname === "/.well-known/openid-configuration") answerJson(response, 200, discovery(provider.issuer));
    else if (pathname === "/keys") answerJson(response, 200, { keys: [jwk] });
    else if (pathname === "/authorize") authorize(searchParams, response);
    else if (pathname === "/token")
      exchange(request, response).catch((error: unknown) => answerJson(response, 500, { error: String(error) }));
    else answerJson(response, 404, {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const provider: IdentityProvider = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clientId: CLIENT_ID,
    clientSecret,
    mood: { sub: "nobody", email: "nobody@center.test" },
    exchanged: () => codes.exchanged,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return provider;
}
