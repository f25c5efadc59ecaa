import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { runCommand } from "@/lib/gateway/run-command";
import { LIMITS } from "@/lib/platform/limits";
import { personActor } from "@/test/actors";
import { makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { systemActor } from "../system-actor";
import type { Role } from "../types";
import { createPerson } from "./create-person";
import { openSession } from "./open-session";
import { setPassword } from "./set-password";
import { updatePerson } from "./update-person";

const admin = personActor(["security_admin"], undefined, "admin@center.test");
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
  await runCommand(setPassword, { input: { personId: person.id, password: PASSWORD }, actor: admin, now: now() });
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
  arrange: async () => ({ input: { personId: (await makePerson()).id, password: PASSWORD }, actor: admin }),
  winners: 2,
  forbidden: personActor(["pay_admin"]),
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
    const actor = personActor(["tenant_admin"], [own.id]);
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
    const actor = personActor(["tenant_admin"], [own.id]);
    const guard = await makePerson({ roles: ["security_admin"], tenants: [own.id] });
    const stranger = await makePerson({ roles: ["viewer"], tenants: [own.id, other.id] });
    const takeOver = (personId: string) => runCommand(setPassword, { input: { personId, password: PASSWORD }, actor, now: now() });
    expect((await refusalOf(takeOver(guard.id))).kind).toBe("forbidden");
    expect((await refusalOf(takeOver(stranger.id))).kind).toBe("not-found");
    expect((await refusalOf(takeOver(randomUUID()))).kind).toBe("not-found");
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
  const open = (email: string, password: string, at = now()) =>
    runCommand(openSession, { input: { email, password }, actor: signIn, now: at });

  test("a wrong password, an unknown address and a disabled person get the same answer", async () => {
    const person = await makeSignedUp();
    const disabled = await makeSignedUp();
    await runCommand(updatePerson, { input: { personId: disabled.id, disabled: true }, actor: admin, now: now() });
    expect(await open(person.email, "another password")).toEqual({ opened: false });
    expect(await open("nobody@shop.test", PASSWORD)).toEqual({ opened: false });
    expect(await open(disabled.email, PASSWORD)).toEqual({ opened: false });
    expect(await open(person.email.toUpperCase(), PASSWORD)).toMatchObject({ opened: true, id: person.id });
  });

  test("too many wrong ones lock the right one out, until the lock ends", async () => {
    const person = await makeSignedUp();
    const start = now();
    for (let attempt = 0; attempt < LIMITS.signInFailuresBeforeLock; attempt += 1) await open(person.email, "wrong password", start);
    expect(await open(person.email, PASSWORD, start)).toEqual({ opened: false });
    const later = new Date(start.getTime() + LIMITS.signInLockSeconds * 1_000 + 1);
    expect(await open(person.email, PASSWORD, later)).toMatchObject({ opened: true });
  });
});
