import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { personClients } from "@/db/schema/people";
import { runCommand } from "@/lib/gateway/run-command";
import { LIMITS } from "@/lib/platform/limits";
import { personActor, steppedUp } from "@/test/actors";
import { asGateway, makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { sendLink } from "../links/commands/send-link";
import { systemActor } from "../system-actor";
import type { Role } from "../types";
import { createPerson } from "./create-person";
import { openSession } from "./open-session";
import { setPassword } from "./set-password";
import { updatePerson } from "./update-person";

const admin = steppedUp(personActor(["security_admin"], undefined, "admin@center.test"));
const PASSWORD = "correct horse battery";
const signIn = systemActor("sign-in", "login");
const now = () => new Date();

function newPerson(given: { roles?: Role[]; tenants?: string[] } = {}) {
  return { email: `p-${randomUUID()}@shop.test`, name: "Ada", roles: ["viewer"], tenants: ["*"], ...given };
}
async function makePerson(given: { roles?: Role[]; tenants?: string[] } = {}) {
  return runCommand(createPerson, { input: newPerson(given), actor: admin, now: now() });
}
async function makeSignedUp() {
  const person = await makePerson();
  await runCommand(setPassword, { input: { personId: person.id, password: PASSWORD }, actor: signIn, now: now() });
  return person;
}

fiveCases({
  command: createPerson,
  arrange: async () => ({ input: newPerson(), actor: admin }),
  winners: 1,
  forbidden: personActor(["pay_admin"]),
  works: (result, { input }) => expect(result).toMatchObject(input as object),
});
fiveCases({
  command: updatePerson,
  arrange: async () => ({ input: { personId: (await makePerson()).id, roles: ["operator"] }, actor: admin }),
  winners: 2,
  forbidden: personActor(["pay_admin"]),
  works: (result) => expect(result.roles).toEqual(["operator"]),
});
fiveCases({
  command: setPassword,
  arrange: async () => ({ input: { personId: (await makePerson()).id, password: PASSWORD }, actor: signIn }),
  winners: 2,
  forbidden: personActor(["security_admin"]),
  invalid: (input) => ({ ...(input as object), password: "short" }),
});
fiveCases({
  command: openSession,
  arrange: async () => ({ input: { email: (await makeSignedUp()).email, password: PASSWORD }, actor: signIn }),
  winners: 2,
  works: (result) => expect(result.opened).toBe(true),
});

describe("who may give what", () => {
  test("a tenant_admin gives roles of its own tenant and no more", async () => {
    const [own, other] = [await makeTenant(), await makeTenant()];
    const actor = steppedUp(personActor(["tenant_admin"], [own.id]));
    const make = (given: { roles: Role[]; tenants: string[] }) => runCommand(createPerson, { input: newPerson(given), actor, now: now() });
    await expect(make({ roles: ["operator"], tenants: [own.id] })).resolves.toMatchObject({ tenants: [own.id] });
    for (const given of [
      { roles: ["security_admin" as const], tenants: [own.id] },
      { roles: ["viewer" as const], tenants: ["*"] },
      { roles: ["viewer" as const], tenants: [own.id, other.id] },
      { roles: ["viewer" as const], tenants: [] },
    ]) {
      expect((await refusalOf(make(given))).kind).toBe("forbidden");
    }
  });

  test("a tenant_admin cannot take over who holds more, nor see who belongs elsewhere", async () => {
    const [own, other] = [await makeTenant(), await makeTenant()];
    const actor = steppedUp(personActor(["tenant_admin"], [own.id]));
    const guard = await makePerson({ roles: ["security_admin"], tenants: [own.id] });
    const stranger = await makePerson({ roles: ["viewer"], tenants: [own.id, other.id] });
    const takeOver = (personId: string) => runCommand(sendLink, { input: { personId, reason: "mine" }, actor, now: now() });
    expect((await refusalOf(takeOver(guard.id))).kind).toBe("forbidden");
    expect((await refusalOf(takeOver(stranger.id))).kind).toBe("not-found");
    expect((await refusalOf(takeOver(randomUUID()))).kind).toBe("not-found");
  });

  test("a tenant_admin learns of nobody else's people: the answer is that of a role it may not give, and few tries are answered", async () => {
    const [own, other] = [await makeTenant(), await makeTenant()];
    const actor = steppedUp(personActor(["tenant_admin"], [own.id], `boss-${randomUUID()}@shop.test`));
    const make = (given: object) =>
      runCommand(createPerson, { input: { ...newPerson({ tenants: [own.id] }), ...given }, actor, now: now() });
    const notGiven = await refusalOf(make({ roles: ["security_admin"] }));
    const elsewhere = await makePerson({ tenants: [other.id] });
    const refusal = await refusalOf(make({ email: elsewhere.email }));
    expect([refusal.kind, refusal.message, refusal.details]).toEqual([notGiven.kind, notGiven.message, notGiven.details]);
    const mine = await make({});
    expect((await refusalOf(make({ email: mine.email }))).kind).toBe("conflict");

    for (let hit = 1; hit < LIMITS.hiddenPeopleBurst; hit += 1) await refusalOf(make({ email: elsewhere.email }));
    expect((await refusalOf(make({}))).kind).toBe("too-many");
  });

  test("nobody changes their own rights", async () => {
    const self = await makePerson({ roles: ["security_admin"] });
    const actor = personActor(["security_admin"], undefined, self.email);
    const change = runCommand(updatePerson, { input: { personId: self.id, roles: ["security_admin", "pay_admin"] }, actor, now: now() });
    expect((await refusalOf(change)).kind).toBe("forbidden");
  });

  test("an unknown tenant cannot be given", async () => {
    const make = runCommand(createPerson, { input: newPerson({ tenants: [randomUUID()] }), actor: admin, now: now() });
    expect((await refusalOf(make)).kind).toBe("invalid");
  });
});

describe("signing in", () => {
  const open = (email: string, password: string, at = now(), client = "home") =>
    runCommand(openSession, { input: { email, password, client }, actor: signIn, now: at });
  const later = (at: Date, seconds: number) => new Date(at.getTime() + seconds * 1_000 + 1);
  async function guess(email: string, at: Date, client: string, times: number) {
    for (let attempt = 0; attempt < times; attempt += 1) await open(email, "wrong password", at, client);
  }

  test("a wrong password, an unknown address and a disabled person get the same answer", async () => {
    const person = await makeSignedUp();
    const disabled = await makeSignedUp();
    await runCommand(updatePerson, { input: { personId: disabled.id, disabled: true }, actor: admin, now: now() });
    expect(await open(person.email, "another password")).toEqual({ opened: false });
    expect(await open("nobody@shop.test", PASSWORD)).toEqual({ opened: false });
    expect(await open(disabled.email, PASSWORD)).toEqual({ opened: false });
    expect(await open(person.email.toUpperCase(), PASSWORD)).toMatchObject({ opened: true, id: person.id });
  });

  test("too many wrong ones lock the right one out at that address, until the lock ends", async () => {
    const person = await makeSignedUp();
    const start = now();
    await guess(person.email, start, "thief", LIMITS.signInFailuresBeforeLock);
    expect(await open(person.email, PASSWORD, start, "thief")).toEqual({ opened: false });
    expect(await open(person.email, PASSWORD, later(start, LIMITS.signInLockSeconds), "thief")).toMatchObject({ opened: true });
  });

  test("wrong ones from elsewhere lock nobody out: neither at an address that succeeded before, nor at a new one", async () => {
    const person = await makeSignedUp();
    const start = now();
    await guess(person.email, start, "thief", LIMITS.signInFailuresBeforeLock + 5);
    expect(await open(person.email, PASSWORD, start, "home")).toMatchObject({ opened: true });
    expect(await open(person.email, PASSWORD, start, "thief")).toEqual({ opened: false });
  });

  test("many addresses together lock new ones out, but none that succeeded before", async () => {
    const person = await makeSignedUp();
    const start = now();
    await open(person.email, PASSWORD, start, "home");
    const thieves = LIMITS.signInFailuresOfStrangers / LIMITS.signInFailuresBeforeLock;
    for (let thief = 0; thief < thieves; thief += 1) await guess(person.email, start, `thief-${thief}`, LIMITS.signInFailuresBeforeLock);
    expect(await open(person.email, PASSWORD, start, "hotel")).toEqual({ opened: false });
    expect(await open(person.email, PASSWORD, start, "home")).toMatchObject({ opened: true });
  });

  test("where somebody succeeded before, wrong ones cost a growing delay and never the long lock", async () => {
    const person = await makeSignedUp();
    let at = now();
    await open(person.email, PASSWORD, at, "home");
    await guess(person.email, at, "home", LIMITS.signInFailuresBeforeLock);
    expect(await open(person.email, PASSWORD, at, "home")).toEqual({ opened: false });
    for (let wrong = 0; wrong < 10; wrong += 1) {
      at = later(at, LIMITS.signInDelaySeconds);
      await guess(person.email, at, "home", 1);
    }
    expect(await open(person.email, PASSWORD, later(at, LIMITS.signInDelaySeconds / 2), "home")).toEqual({ opened: false });
    expect(await open(person.email, PASSWORD, later(at, LIMITS.signInDelaySeconds), "home")).toMatchObject({ opened: true });
  });

  test("of a person's addresses only so many are kept, those that succeeded before the others", async () => {
    const person = await makeSignedUp();
    const start = now();
    await open(person.email, PASSWORD, start, "home");
    for (let thief = 0; thief < LIMITS.clientsPerPerson + 3; thief += 1)
      await guess(person.email, later(start, thief), `thief-${thief}`, 1);
    const kept = await asGateway((tx) => tx.select().from(personClients).where(eq(personClients.personId, person.id)));
    expect(kept).toHaveLength(LIMITS.clientsPerPerson);
    expect(kept.map(({ client }) => client)).toContain("home");
  });
});
