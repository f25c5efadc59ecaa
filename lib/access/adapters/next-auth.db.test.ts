import { randomUUID } from "node:crypto";
import { encode } from "next-auth/jwt";
import { beforeAll, expect, test } from "vitest";
import { runCommand } from "@/lib/gateway/run-command";
import { LIMITS } from "@/lib/platform/limits";
import { personActor, steppedUp } from "@/test/actors";
import { auditCount } from "@/test/five-cases";
import { authenticateSession } from "../authenticate-person";
import { createPerson } from "../commands/create-person";
import { setPassword } from "../commands/set-password";
import { systemActor } from "../system-actor";
import { readSession, sessionCookieName, sessionOptions } from "./next-auth";
import type { Entered } from "./next-auth-types";

const PASSWORD = "correct horse battery";
const admin = steppedUp(personActor(["security_admin"]));
let email = "";

beforeAll(async () => {
  email = `${randomUUID()}@center.test`;
  const person = await runCommand(createPerson, {
    input: { email, name: "Ada", roles: ["operator"], tenants: ["*"] },
    actor: admin,
    now: new Date(),
  });
  await runCommand(setPassword, {
    input: { personId: person.id, password: PASSWORD },
    actor: systemActor("seed", "operate"),
    now: new Date(),
  });
});

/** What next-auth would ask of our options when somebody sends the form. */
async function authorize(credentials: Record<string, string>, client = "home") {
  const [provider] = sessionOptions({ client, agent: "test" }).providers;
  if (provider?.type !== "credentials") throw new Error("people sign in by credentials");
  return (provider.options as unknown as { authorize: (given: object) => Promise<Entered | null> }).authorize(credentials);
}

/** The cookie that next-auth would seal for whom it was given. */
async function cookieFor(user: Entered | null): Promise<Map<string, string>> {
  const options = sessionOptions();
  if (!user) throw new Error("nobody signed in");
  const token = await options.callbacks?.jwt?.({ token: { sub: user.id }, user, account: null });
  if (!token) throw new Error("no token was made");
  const sealed = await encode({ token, secret: options.secret ?? "", maxAge: LIMITS.personSessionIdleSeconds });
  return new Map([[sessionCookieName(), sealed]]);
}

test("the right password opens a session that authenticates; a wrong one opens none", async () => {
  const user = await authorize({ email: ` ${email.toUpperCase()} `, password: PASSWORD });
  expect(user).toMatchObject({ email, name: "Ada" });
  const cookies = await cookieFor(user);
  expect(await authenticateSession(cookies, new Date())).toMatchObject({ id: `person:${email}`, roles: ["viewer", "operator"] });
  expect(await authorize({ email, password: "wrong password" })).toBeNull();
  expect(await authorize({ email: "", password: PASSWORD })).toBeNull();
});

test("a session that had to be cut into several cookies is put together again", async () => {
  const user = await authorize({ email, password: PASSWORD });
  const [[name, sealed] = ["", ""]] = await cookieFor(user);
  const pieces = new Map([sealed.slice(0, 100), sealed.slice(100)].map((piece, index) => [`${name}.${index}`, piece]));
  expect(await readSession(pieces)).toMatchObject({ email });
  pieces.delete(`${name}.1`);
  expect(await readSession(pieces)).toBeNull();
});

test("a place that guesses through many addresses is stopped, while somebody elsewhere signs in", async () => {
  const before = await auditCount("session.open", "done");
  const others = Array.from({ length: LIMITS.signInBurstPerClient + 5 }, () => `${randomUUID()}@center.test`);
  const tries = others.map((other) => authorize({ email: other, password: "x" }, "thief"));
  expect(await authorize({ email, password: PASSWORD }, "thief")).toBeNull();
  await Promise.all(tries);
  expect((await auditCount("session.open", "done")) - before).toBe(LIMITS.signInBurstPerClient);
  expect(await authorize({ email, password: PASSWORD }, "hotel")).toMatchObject({ email });
});

test("an address beyond 320 characters is refused before anything is kept or asked", async () => {
  const before = await auditCount("session.open", "refused");
  expect(await authorize({ email: `${"x".repeat(320)}@center.test`, password: "x" })).toBeNull();
  expect(await auditCount("session.open", "refused")).toBe(before);
});

test("one address is tried only so often", async () => {
  const address = `${randomUUID()}@center.test`;
  const before = await auditCount("session.open", "done");
  for (let attempt = 0; attempt < LIMITS.signInBurst + 2; attempt += 1)
    expect(await authorize({ email: address, password: "x" })).toBeNull();
  const tried = (await auditCount("session.open", "done")) - before;
  // While the first were being hashed, one more try may have been earned.
  expect(tried).toBeGreaterThanOrEqual(LIMITS.signInBurst);
  expect(tried).toBeLessThan(LIMITS.signInBurst + 2);
});
