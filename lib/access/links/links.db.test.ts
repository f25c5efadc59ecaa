import { randomUUID } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { PUT } from "@/app/api/auth/link/route";
import { runCommand } from "@/lib/gateway/run-command";
import { LIMITS } from "@/lib/platform/limits";
import { personActor, steppedUp } from "@/test/actors";
import { openAs } from "@/test/database/open-as";
import { makeTenant } from "@/test/factories";
import { auditCount, fiveCases, refusalOf } from "@/test/five-cases";
import { createPerson } from "../commands/create-person";
import { openSession } from "../commands/open-session";
import { updatePerson } from "../commands/update-person";
import { systemActor } from "../system-actor";
import type { Actor } from "../types";
import { inviteFirstAdmin } from "./commands/invite-first-admin";
import { redeemLink } from "./commands/redeem-link";
import { sendLink } from "./commands/send-link";
import { linkToken, linkUrl } from "./link-token";
import { showLink } from "./queries-links";

const superuser = openAs("superuser");
afterAll(() => superuser.end());
const admin = steppedUp(personActor(["security_admin"], undefined, "admin@center.test"));
const signIn = systemActor("sign-in", "login");
const PASSWORD = "correct horse battery";
const now = () => new Date();
const later = (seconds: number) => new Date(Date.now() + seconds * 1_000);
const reason = "they lost it";

async function makePerson(tenants: readonly string[] = ["*"], actor: Actor = admin) {
  const input = { email: `${randomUUID()}@shop.test`, name: "Ada", roles: ["viewer"], tenants };
  return runCommand(createPerson, { input, actor, now: now() });
}
const send = (personId: string, actor: Actor = admin) => runCommand(sendLink, { input: { personId, reason }, actor, now: now() });
async function linked() {
  const person = await makePerson();
  const { link } = await send(person.id);
  return { person, linkId: link.id, token: linkToken(link.id) };
}
const redeem = (token: string, given: object = {}, at = now()) =>
  runCommand(redeemLink, { input: { token, password: PASSWORD, ...given }, actor: signIn, now: at });
const mayEnter = async (email: string, password = PASSWORD) =>
  (await runCommand(openSession, { input: { email, password, client: randomUUID() }, actor: signIn, now: now() })).opened;

describe("the first administrator", () => {
  test("is made once, by whoever holds the newest link, and by no link after that", async () => {
    const invite = () => runCommand(inviteFirstAdmin, { input: {}, actor: systemActor("seed", "operate"), now: now() });
    const [old, link] = [await invite(), await invite()];
    const given = { email: "First@Center.test", name: "First" };
    expect((await refusalOf(redeem(linkToken(old.id), given))).kind).toBe("not-found");
    expect((await refusalOf(redeem(linkToken(link.id)))).kind).toBe("invalid");
    const outcomes = await Promise.allSettled([
      redeem(linkToken(link.id), given),
      redeem(linkToken(link.id), { email: "second@center.test" }),
    ]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const people = await superuser`select email, roles, tenants from people`;
    expect(people).toMatchObject([{ tenants: ["*"], roles: expect.arrayContaining(["security_admin"]) }]);
    expect(await mayEnter(people[0]?.email as string)).toBe(true);
    expect((await refusalOf(invite())).kind).toBe("conflict");
    expect(await auditCount("link.redeem", "done")).toBe(1);
  });
});

fiveCases({
  command: sendLink,
  arrange: async () => ({ input: { personId: (await makePerson()).id, reason }, actor: admin }),
  winners: 2,
  forbidden: personActor(["operator"]),
  works: ({ link }) => expect(Date.parse(link.expires_at) - Date.now()).toBeGreaterThan((LIMITS.accessLinkSeconds - 60) * 1_000),
});
fiveCases({
  command: redeemLink,
  arrange: async () => ({ input: { token: (await linked()).token, password: PASSWORD }, actor: signIn }),
  winners: 1,
  forbidden: admin,
  invalid: (input) => ({ ...(input as object), password: "short" }),
});

describe("a link", () => {
  test("shows what it is for, lets its holder choose a password once, and ends the sessions and links before", async () => {
    const { person, token } = await linked();
    const { link: next } = await send(person.id);
    expect(await showLink(token, now())).toBeNull();
    const newest = linkToken(next.id);
    expect(await showLink(newest, now())).toMatchObject({ kind: "invite", email: person.email });
    await redeem(newest);
    expect(await mayEnter(person.email)).toBe(true);
    for (const used of [token, newest]) {
      expect(await showLink(used, now())).toBeNull();
      expect((await refusalOf(redeem(used, { password: "another horse battery" }))).kind).toBe("not-found");
    }
    expect(await mayEnter(person.email, "another horse battery")).toBe(false);
  });

  test.each<[string, (made: Awaited<ReturnType<typeof linked>>) => Promise<unknown> | unknown]>([
    ["that expired", () => undefined],
    [
      "of a disabled person",
      ({ person }) => runCommand(updatePerson, { input: { personId: person.id, disabled: true }, actor: admin, now: now() }),
    ],
  ])("%s works no more", async (what, happens) => {
    const made = await linked();
    await happens(made);
    const at = what === "that expired" ? later(LIMITS.accessLinkSeconds) : now();
    expect(await showLink(made.token, at)).toBeNull();
    expect((await refusalOf(redeem(made.token, {}, at))).kind).toBe("not-found");
  });

  test("is stored nowhere, and one that was changed is none", async () => {
    const { token, linkId } = await linked();
    const secret = token.split(".")[1] ?? "";
    const rows =
      await superuser`select to_jsonb(l)::text as row from access_links l union all select to_jsonb(a)::text from audit_entries a`;
    expect(rows.filter(({ row }) => (row as string).includes(secret))).toEqual([]);
    expect(linkUrl(linkId)).toContain(`#${token}`);
    for (const forged of [`${linkId}.${"A".repeat(43)}`, linkId, `${randomUUID()}.${secret}`, ""])
      expect(await showLink(forged, now())).toBeNull();
  });

  test("cannot be made to say somebody else's address, nor taken without a right one by the API", async () => {
    const { token } = await linked();
    expect((await refusalOf(redeem(token, { email: "other@shop.test" }))).kind).toBe("invalid");
    const before = await auditCount("link.redeem", "refused");
    const ask = (body: object) =>
      PUT(
        new Request("http://center.test/", { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
      );
    expect((await ask({ token: "made-up", password: PASSWORD })).status).toBe(404);
    expect(await auditCount("link.redeem", "refused")).toBe(before);
    expect((await ask({ token, password: PASSWORD })).status).toBe(200);
    expect((await ask({ token, password: PASSWORD })).status).toBe(404);
  });
});

describe("who may send one", () => {
  test("a tenant's administrator: for records that nobody but the tenant stands behind", async () => {
    const { id: tenantId } = await makeTenant();
    const boss = steppedUp(personActor(["tenant_admin"], [tenantId], `boss-${randomUUID()}@shop.test`));
    const [own, platforms, elsewhere] = [await makePerson([tenantId], boss), await makePerson([tenantId]), await makePerson()];
    await expect(send(own.id, boss)).resolves.toMatchObject({ id: own.id });
    expect((await refusalOf(send(platforms.id, boss))).kind).toBe("forbidden");
    expect((await refusalOf(send(elsewhere.id, boss))).kind).toBe("not-found");
  });

  test("a record that the platform begins to stand behind loses the password that its tenant's administrator made possible", async () => {
    const { id: tenantId } = await makeTenant();
    const boss = steppedUp(personActor(["tenant_admin"], [tenantId], `boss-${randomUUID()}@shop.test`));
    const person = await makePerson([tenantId], boss);
    const { link } = await send(person.id, boss);
    await redeem(linkToken(link.id));
    expect(await mayEnter(person.email)).toBe(true);
    await runCommand(updatePerson, { input: { personId: person.id, roles: ["operator"] }, actor: admin, now: now() });
    expect(await mayEnter(person.email)).toBe(false);
    expect((await refusalOf(send(person.id, boss))).kind).toBe("forbidden");
    await redeem(linkToken((await send(person.id)).link.id));
    expect(await mayEnter(person.email)).toBe(true);
  });

  test("a security_admin, by a second factor shown for exactly this", async () => {
    const person = await makePerson();
    const plain = personActor(["security_admin"], undefined, "admin@center.test");
    const refusal = await refusalOf(send(person.id, plain));
    expect(refusal.details).toMatchObject({ code: "ERR_STEP_UP", digest: expect.stringMatching(/^sha256:/) });
  });
});
