import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

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
  readonly redirect: string;
  readonly mood: Mood;
}

const ALGORITHM = "RS256";

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return new URLSearchParams(text);
}

function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** A small OpenID provider on this machine: discovery, keys, the authorization code with PKCE, and signed id tokens. */
export async function startIdentityProvider(redirectUri: string): Promise<IdentityProvider> {
  const [own, strange] = await Promise.all([generateKeyPair(ALGORITHM), generateKeyPair(ALGORITHM)]);
  const jwk = { ...(await exportJWK(own.publicKey)), kid: "one", alg: ALGORITHM, use: "sig" };
  const codes = new Map<string, Granted>();
  const clientId = "reliability-center";
  const clientSecret = randomUUID();
  let exchanged = 0;

  const authorize = (query: URLSearchParams, response: ServerResponse) => {
    const wanted = { response_type: "code", client_id: clientId, redirect_uri: redirectUri, code_challenge_method: "S256" };
    const isRight = Object.entries(wanted).every(([name, value]) => query.get(name) === value);
    const [state, nonce, challenge] = [query.get("state"), query.get("nonce"), query.get("code_challenge")];
    if (!isRight || !state || !nonce || !challenge || !query.get("scope")?.includes("openid"))
      return answerJson(response, 400, { error: "invalid_request" });
    const code = randomUUID();
    codes.set(code, { challenge, nonce, redirect: redirectUri, mood: provider.mood });
    response.writeHead(302, { location: `${redirectUri}?${new URLSearchParams({ code, state })}` }).end();
  };

  const exchange = async (request: IncomingMessage, response: ServerResponse) => {
    const form = await readForm(request);
    const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
    const granted = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const shown = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (request.headers.authorization !== basic) return answerJson(response, 401, { error: "invalid_client" });
    if (!granted || granted.challenge !== shown || granted.redirect !== form.get("redirect_uri"))
      return answerJson(response, 400, { error: "invalid_grant" });
    exchanged += 1;
    const { sub, email, emailVerified = true, claims, strangeKey } = granted.mood;
    const now = Math.floor(Date.now() / 1_000);
    const said = {
      iss: provider.issuer,
      aud: clientId,
      sub,
      iat: now,
      exp: now + 300,
      nonce: granted.nonce,
      email,
      email_verified: emailVerified,
    };
    const idToken = await new SignJWT({ ...said, ...claims })
      .setProtectedHeader({ alg: ALGORITHM, kid: "one" })
      .sign(strangeKey ? strange.privateKey : own.privateKey);
    answerJson(response, 200, { access_token: randomUUID(), token_type: "Bearer", expires_in: 300, id_token: idToken });
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", provider.issuer);
    if (url.pathname === "/.well-known/openid-configuration") {
      const at = (path: string) => `${provider.issuer}${path}`;
      answerJson(response, 200, {
        issuer: provider.issuer,
        authorization_endpoint: at("/authorize"),
        token_endpoint: at("/token"),
        jwks_uri: at("/keys"),
        response_types_supported: ["code"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: [ALGORITHM],
      });
    } else if (url.pathname === "/keys") answerJson(response, 200, { keys: [jwk] });
    else if (url.pathname === "/authorize") authorize(url.searchParams, response);
    else if (url.pathname === "/token")
      exchange(request, response).catch((error: unknown) => answerJson(response, 500, { error: String(error) }));
    else answerJson(response, 404, {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const provider: IdentityProvider = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clientId,
    clientSecret,
    mood: { sub: "nobody", email: "nobody@center.test" },
    exchanged: () => exchanged,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return provider;
}
