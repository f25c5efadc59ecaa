import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPerson } from "@/lib/access/commands/create-person";
import { updatePerson } from "@/lib/access/commands/update-person";
import { redeemLink } from "@/lib/access/links/commands/redeem-link";
import { sendLink } from "@/lib/access/links/commands/send-link";
import { linkToken } from "@/lib/access/links/link-token";
import { cookiesOf } from "@/lib/access/people/cookies-of";
import { forgetPerson } from "@/lib/access/people/person-directory";
import { systemActor } from "@/lib/access/system-actor";
import type { Role } from "@/lib/access/types";
import { runCommand } from "@/lib/gateway/run-command";
import { personActor, steppedUp } from "@/test/actors";
import { makeTenant } from "@/test/factories";
import { refusalOf } from "@/test/five-cases";
import { type IdentityProvider, startIdentityProvider } from "./identity-provider";

const CENTER = "http://127.0.0.1:3000";
const CALLBACK = `${CENTER}/api/auth/callback/oidc`;
type Handler = (request: Request, context: { params: Promise<{ nextauth: string[] }> }) => Promise<Response>;
let provider: IdentityProvider;
let handler: Record<"GET" | "POST", Handler>;
let authenticate: typeof import("@/lib/access/authenticate-person")["authenticateSession"];

beforeAll(async () => {
  provider = await startIdentityProvider(CALLBACK);
  // Settings are read once: they have to stand before anything asks.
  process.env.OIDC_ISSUER = provider.issuer;
  process.env.OIDC_CLIENT_ID = provider.clientId;
  process.env.OIDC_CLIENT_SECRET = provider.clientSecret;
  handler = await import("@/app/api/auth/[...nextauth]/route");
  authenticate = (await import("@/lib/access/authenticate-person")).authenticateSession;
});
afterAll(() => provider.stop());

const admin = steppedUp(personActor(["security_admin"], undefined, "admin@center.test"));
const now = () => new Date();
async function makePerson(tenants: readonly string[] = ["*"], actor = admin, roles: readonly Role[] = ["operator"]) {
  const input = { email: `${randomUUID()}@center.test`, name: "Ada", roles, tenants };
  return runCommand(createPerson, { input, actor, now: now() });
}

/** A browser: it keeps cookies, and goes where it is sent. */
class Browser {
  readonly cookies = new Map<string, string>();

  async ask(method: "GET" | "POST", path: string, form?: Record<string, string>): Promise<Response> {
    const url = new URL(path, CENTER);
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("; ");
    const headers = { cookie, ...(form ? { "content-type": "application/x-www-form-urlencoded" } : {}) };
    const body = form ? new URLSearchParams(form).toString() : undefined;
    const nextauth = url.pathname.split("/").slice(3);
    const response = await handler[method](new Request(url, { method, headers, ...(body ? { body } : {}) }), {
      params: Promise.resolve({ nextauth }),
    });
    for (const line of response.headers.getSetCookie())
      for (const [name, value] of cookiesOf(line.split(";")[0] ?? "")) this.cookies.set(name, value);
    return response;
  }

  /** Begins to sign in. @returns where the provider is */
  async begin(query = ""): Promise<string> {
    const { csrfToken } = (await (await this.ask("GET", "/api/auth/csrf")).json()) as { csrfToken: string };
    const answer = await this.ask("POST", `/api/auth/signin/oidc${query}`, { csrfToken, callbackUrl: `${CENTER}/`, json: "true" });
    return ((await answer.json()) as { url: string }).url;
  }

  /** Comes back from the provider. @returns where Center sends it, and whom it now takes it for */
  async comeBack(address: string) {
    const at = (await fetch(address, { redirect: "manual" })).headers.get("location") ?? "";
    const answer = await this.ask("GET", at);
    return { sentTo: answer.headers.get("location"), actor: await authenticate(this.cookies, now()) };
  }

  async signIn() {
    return this.comeBack(await this.begin());
  }
}

describe("whom the identity provider vouches for", () => {
  test("and who has a record is in, as that person, by code, PKCE, state and nonce", async () => {
    const person = await makePerson();
    provider.mood = { sub: "ada", email: person.email.toUpperCase() };
    const { sentTo, actor } = await new Browser().signIn();
    expect(sentTo).toBe(`${CENTER}/`);
    expect(actor).toMatchObject({
      id: `person:${person.email}`,
      roles: ["viewer", "operator"],
      tenants: { kind: "all" },
      isVouchedFor: true,
    });
  });

  test("but who has no record stays out, and no record is made", async () => {
    provider.mood = { sub: "eve", email: "eve@elsewhere.test" };
    const { sentTo, actor } = await new Browser().signIn();
    expect(sentTo).toContain("error=AccessDenied");
    expect(actor).toBeNull();
  });

  test("but who is disabled stays out", async () => {
    const person = await makePerson();
    await runCommand(updatePerson, { input: { personId: person.id, disabled: true }, actor: admin, now: now() });
    provider.mood = { sub: randomUUID(), email: person.email };
    expect(await new Browser().signIn()).toMatchObject({ sentTo: expect.stringContaining("error=AccessDenied"), actor: null });
  });

  test.each<[string, object]>([
    ["an address that it did not verify", { emailVerified: false }],
    ["no word on whether it did", { claims: { email_verified: undefined } }],
    ["yes as a text", { claims: { email_verified: "true" } }],
    ["no address", { claims: { email: undefined } }],
    ["a nonce of another sign-in", { claims: { nonce: "another" } }],
    ["another audience", { claims: { aud: "somebody-else" } }],
    ["another issuer", { claims: { iss: "https://evil.test" } }],
    ["a token that ended", { claims: { exp: Math.floor(Date.now() / 1_000) - 600 } }],
    ["a key that it does not publish", { strangeKey: true }],
  ])("but not with %s", async (_what, misbehaviour) => {
    const person = await makePerson();
    provider.mood = { sub: randomUUID(), email: person.email, ...misbehaviour };
    const { sentTo, actor } = await new Browser().signIn();
    expect(sentTo).toMatch(/error=/);
    expect(actor).toBeNull();
  });
});

describe("a way back that was not begun here", () => {
  test("another browser's code and state open nothing, and the code is not even exchanged", async () => {
    const person = await makePerson();
    provider.mood = { sub: randomUUID(), email: person.email };
    const address = await new Browser().begin();
    const before = provider.exchanged();
    const victim = new Browser();
    await victim.begin();
    expect((await victim.comeBack(address)).actor).toBeNull();
    expect((await new Browser().comeBack(address)).actor).toBeNull();
    expect(provider.exchanged()).toBe(before);
  });

  test("what is asked besides is not sent on to the provider", async () => {
    const address = new URL(await new Browser().begin("?redirect_uri=https%3A%2F%2Fevil.test&scope=everything"));
    expect(address.searchParams.get("redirect_uri")).toBe(CALLBACK);
    expect(address.searchParams.get("scope")).toBe("openid email profile");
  });

  test("signing in cannot be begun from another site", async () => {
    const answer = await new Browser().ask("POST", "/api/auth/signin/oidc", { csrfToken: "forged", json: "true" });
    expect(await answer.text()).not.toContain("/authorize");
  });
});

describe("who the address belongs to", () => {
  test("a record belongs to whom the provider first meant by it, and to nobody who gets the address later", async () => {
    const person = await makePerson();
    provider.mood = { sub: "first", email: person.email };
    expect((await new Browser().signIn()).actor).not.toBeNull();
    provider.mood = { sub: "second", email: person.email };
    expect((await new Browser().signIn()).actor).toBeNull();
    const other = await makePerson();
    provider.mood = { sub: "first", email: other.email };
    expect((await new Browser().signIn()).actor).toBeNull();
  });

  test("a tenant's administrator cannot get hold of somebody who signs in there: no link, and a password made before ends", async () => {
    const { id: tenantId } = await makeTenant();
    const boss = steppedUp(personActor(["tenant_admin"], [tenantId], `boss-${randomUUID()}@shop.test`));
    const person = await makePerson([tenantId], boss);
    const send = () => runCommand(sendLink, { input: { personId: person.id, reason: "they forgot it" }, actor: boss, now: now() });
    const { link } = await send();
    const password = "correct horse battery";
    const signIn = systemActor("sign-in", "login");
    await runCommand(redeemLink, { input: { token: linkToken(link.id), password }, actor: signIn, now: now() });
    const { openSession } = await import("@/lib/access/commands/open-session");
    const open = () => runCommand(openSession, { input: { email: person.email, password }, actor: signIn, now: now() });
    expect((await open()).opened).toBe(true);

    provider.mood = { sub: randomUUID(), email: person.email };
    forgetPerson(person.email);
    expect((await new Browser().signIn()).actor).toMatchObject({ id: `person:${person.email}` });
    expect((await open()).opened).toBe(false);
    expect((await refusalOf(send())).kind).toBe("forbidden");
  });
});
