import { randomUUID } from "node:crypto";
import { decode, encode } from "next-auth/jwt";
import { describe, expect, test } from "vitest";
import { runCommand } from "@/lib/gateway/run-command";
import { LIMITS } from "@/lib/platform/limits";
import { personActor, steppedUp } from "@/test/actors";
import { makeTenant } from "@/test/factories";
import { refusalOf } from "@/test/five-cases";
import { makeBearer, opsRequest } from "@/test/identity/bearer";
import { sessionCookie } from "@/test/identity/session";
import { sessionCookieName, sessionOptions } from "../adapters/next-auth";
import { authenticatePerson } from "../authenticate-person";
import { createPerson } from "../commands/create-person";
import { setPassword } from "../commands/set-password";
import { updatePerson } from "../commands/update-person";
import { systemActor } from "../system-actor";
import type { Role } from "../types";
import { cookiesOf } from "./cookies-of";
import { forgetPerson } from "./person-directory";

const admin = steppedUp(personActor(["security_admin"], undefined, "admin@center.test"));
const now = () => new Date();

async function makePerson(roles: Role[], tenants: string[]) {
  const input = { email: `p-${randomUUID()}@shop.test`, name: "Ada", roles, tenants };
  return runCommand(createPerson, { input, actor: admin, now: now() });
}

describe("a bearer token", () => {
  test("speaks for its claims where Center has no record", async () => {
    const tenant = randomUUID();
    const actor = await authenticatePerson(
      await opsRequest("/", { email: "Eve@Elsewhere.test", roles: ["viewer"], tenants: [tenant] }),
      now(),
    );
    expect(actor).toMatchObject({
      kind: "person",
      id: "person:eve@elsewhere.test",
      email: "eve@elsewhere.test",
      roles: ["viewer"],
      tenants: { kind: "set", ids: [tenant] },
    });
  });

  test("is cut by the record, also after the token was issued", async () => {
    const tenant = await makeTenant();
    const person = await makePerson(["pay_admin"], [tenant.id]);
    const bearer = await makeBearer({ email: person.email, roles: ["pay_admin"], tenants: ["*"] });
    const before = await authenticatePerson(await opsRequest("/", { bearer }), now());
    expect(before).toMatchObject({ tenants: { kind: "set", ids: [tenant.id] } });
    expect(before.roles).toContain("approver");

    await runCommand(updatePerson, { input: { personId: person.id, roles: ["viewer"] }, actor: admin, now: now() });
    forgetPerson(person.email);
    expect((await authenticatePerson(await opsRequest("/", { bearer }), now())).roles).toEqual(["viewer"]);

    await runCommand(updatePerson, { input: { personId: person.id, disabled: true }, actor: admin, now: now() });
    forgetPerson(person.email);
    expect(await refusalOf(authenticatePerson(await opsRequest("/", { bearer }), now()))).toMatchObject({
      kind: "forbidden",
      details: { code: "ERR_PERSON_DISABLED" },
    });
  });

  test("rights are kept no longer than the cache allows, which is well within 5 s", async () => {
    const person = await makePerson(["operator"], ["*"]);
    const bearer = await makeBearer({ email: person.email, roles: ["operator"] });
    await authenticatePerson(await opsRequest("/", { bearer }), now());
    await runCommand(updatePerson, { input: { personId: person.id, roles: ["viewer"] }, actor: admin, now: now() });
    expect(LIMITS.powerCacheMs).toBeLessThanOrEqual(5_000);
    await expect
      .poll(async () => (await authenticatePerson(await opsRequest("/", { bearer }), now())).roles, { timeout: 5_000, interval: 200 })
      .toEqual(["viewer"]);
  });

  test.each([
    ["none", null],
    ["garbage", "x.y.z"],
  ])("%s is refused", async (_what, bearer) => {
    expect((await refusalOf(authenticatePerson(await opsRequest("/", { bearer }), now()))).kind).toBe("unauthenticated");
  });

  test("an expired one is refused, and another scheme too", async () => {
    const bearer = await makeBearer({ now: new Date(Date.now() - 3_600_000) });
    expect((await refusalOf(authenticatePerson(await opsRequest("/", { bearer }), now()))).kind).toBe("unauthenticated");
    const basic = await opsRequest("/", { bearer: null, headers: { authorization: "Basic b3BzOm9wcw==" } });
    expect((await refusalOf(authenticatePerson(basic, now()))).kind).toBe("unauthenticated");
  });
});

describe("a record that a tenant's own administrator made", () => {
  const claimsOf = async (email: string, claims: { roles: Role[]; tenants: string[] }) =>
    authenticatePerson(await opsRequest("/", { email, ...claims }), now());
  async function recorded(given: { roles?: Role[]; disabled?: boolean } = {}) {
    const [own, other] = [await makeTenant(), await makeTenant()];
    const actor = steppedUp(personActor(["tenant_admin"], [own.id], `boss-${randomUUID()}@shop.test`));
    const email = `oncall-${randomUUID()}@platform.test`;
    const input = { email, name: "On call", roles: given.roles ?? ["viewer"], tenants: [own.id] };
    const person = await runCommand(createPerson, { input, actor, now: now() });
    const disable = { personId: person.id, disabled: true };
    if (given.disabled) await runCommand(updatePerson, { input: disable, actor, now: now() });
    return { own: own.id, other: other.id, email, person, actor };
  }

  test.each([false, true])("takes nothing from claims that reach beyond its tenant (disabled: %s)", async (disabled) => {
    const { own, other, email } = await recorded({ disabled });
    expect(await claimsOf(email, { roles: ["operator"], tenants: ["*"] })).toMatchObject({
      roles: ["viewer", "operator"],
      tenants: { kind: "all" },
    });
    expect(await claimsOf(email, { roles: ["operator"], tenants: [own, other] })).toMatchObject({ tenants: { ids: [own, other] } });
  });

  test("nor from those who hold a role that it could not have given, were it within its tenant", async () => {
    const { own, email } = await recorded({ disabled: true });
    for (const role of ["security_admin", "auditor"] as const)
      expect((await claimsOf(email, { roles: [role], tenants: [own] })).roles).toContain(role);
  });

  test("cuts and disables its own people", async () => {
    const cut = await recorded();
    expect((await claimsOf(cut.email, { roles: ["pay_admin"], tenants: [cut.own] })).roles).toEqual(["viewer"]);
    const disabled = await recorded({ disabled: true });
    const refusal = await refusalOf(claimsOf(disabled.email, { roles: ["pay_admin"], tenants: [disabled.own] }));
    expect(refusal.details.code).toBe("ERR_PERSON_DISABLED");
  });

  test("binds everywhere once a security_admin of all tenants says so, and stays so whoever changes it next", async () => {
    const { email, person, actor } = await recorded();
    const change = (disabled: boolean, by = admin) =>
      runCommand(updatePerson, { input: { personId: person.id, disabled }, actor: by, now: now() }).then(() => forgetPerson(email));
    await change(true);
    expect((await refusalOf(claimsOf(email, { roles: ["operator"], tenants: ["*"] }))).kind).toBe("forbidden");
    await change(false, actor);
    expect(await claimsOf(email, { roles: ["operator"], tenants: ["*"] })).toMatchObject({ roles: ["viewer"], tenants: { kind: "set" } });
  });
});

describe("a browser's session", () => {
  const secret = process.env.NEXTAUTH_SECRET ?? "";
  async function sessionRequest(
    person: { id: string; email: string },
    {
      method = "GET",
      headers = {},
      ...given
    }: { startedAt?: Date; maxAge?: number; claimedId?: string; method?: string; headers?: object } = {},
  ) {
    const cookie = `theme=dark; ${await sessionCookie(person, given)}`;
    return new Request("http://127.0.0.1:3000/", { method, headers: { cookie, ...headers } });
  }

  test("speaks for the person's record", async () => {
    const person = await makePerson(["operator"], ["*"]);
    expect(await authenticatePerson(await sessionRequest(person), now())).toMatchObject({
      id: `person:${person.email}`,
      roles: ["viewer", "operator"],
      tenants: { kind: "all" },
    });
  });

  test("ends when it is idle or old, when a new password is set, and with the record", async () => {
    const person = await makePerson(["operator"], ["*"]);
    const refused = async (request: Request) => (await refusalOf(authenticatePerson(request, now()))).kind;
    expect(await refused(await sessionRequest(person, { maxAge: -60 }))).toBe("unauthenticated");
    const old = new Date(Date.now() - LIMITS.personSessionTotalSeconds * 1_000 - 1);
    expect(await refused(await sessionRequest(person, { startedAt: old }))).toBe("unauthenticated");
    expect(await refused(await sessionRequest(person, { claimedId: randomUUID() }))).toBe("unauthenticated");

    const session = await sessionRequest(person, { startedAt: new Date(Date.now() + 1) });
    await authenticatePerson(session, now());
    await runCommand(setPassword, {
      input: { personId: person.id, password: "correct horse battery" },
      actor: systemActor("seed", "operate"),
      now: new Date(Date.now() + 1_000),
    });
    forgetPerson(person.email);
    expect(await refused(session)).toBe("unauthenticated");
  });

  test("is over for every copy of it once its person signs out", async () => {
    const person = await makePerson(["operator"], ["*"]);
    const [session, elsewhere] = [await sessionRequest(person), await sessionRequest(person)];
    expect((await authenticatePerson(session, now())).kind).toBe("person");
    const token = await decode({ token: cookiesOf(session.headers.get("cookie")).get(sessionCookieName()), secret });
    await sessionOptions().events?.signOut?.({ token: token ?? {}, session: {} as never });
    expect((await refusalOf(authenticatePerson(session, now()))).kind).toBe("unauthenticated");
    expect((await authenticatePerson(elsewhere, now())).kind).toBe("person");
  });

  test("of a disabled person is refused, whoever made the record", async () => {
    const tenant = await makeTenant();
    const owner = steppedUp(personActor(["security_admin"], [tenant.id], "owner@shop.test"));
    const input = { email: `p-${randomUUID()}@shop.test`, name: "Ada", roles: ["security_admin"], tenants: [tenant.id] };
    const person = await runCommand(createPerson, { input, actor: owner, now: now() });
    await runCommand(updatePerson, { input: { personId: person.id, disabled: true }, actor: owner, now: now() });
    const session = await sessionRequest(person, { startedAt: new Date(Date.now() + 1_000) });
    expect((await refusalOf(authenticatePerson(session, now()))).details.code).toBe("ERR_PERSON_DISABLED");
  });

  test("sealed by another secret it is none, and as a bearer token it is none either", async () => {
    const person = await makePerson(["operator"], ["*"]);
    const token = await encode({
      token: { sub: person.id, email: person.email, sid: randomUUID() },
      secret: "another secret of some length",
    });
    const forged = new Request("http://center.test/", { headers: { cookie: `${sessionCookieName()}=${token}` } });
    expect((await refusalOf(authenticatePerson(forged, now()))).kind).toBe("unauthenticated");
    const real = cookiesOf((await sessionRequest(person)).headers.get("cookie")).get(sessionCookieName()) ?? "";
    expect((await refusalOf(authenticatePerson(await opsRequest("/", { bearer: real }), now()))).kind).toBe("unauthenticated");
  });

  test.each([
    [{ origin: "https://evil.test" }, false],
    [{}, false],
    [{ "sec-fetch-site": "cross-site", "x-forwarded-host": "127.0.0.1:3000" }, false],
    [{ "sec-fetch-site": "same-origin" }, true],
    [{ origin: "http://127.0.0.1:3000" }, true],
  ])("writes by it with %j: %s", async (headers, isAccepted) => {
    const person = await makePerson(["operator"], ["*"]);
    const outcome = authenticatePerson(await sessionRequest(person, { method: "POST", headers }), now());
    if (isAccepted) expect((await outcome).kind).toBe("person");
    else expect((await refusalOf(outcome)).kind).toBe("forbidden");
  });
});
