import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, test, vi } from "vitest";
import { GET as events } from "@/app/api/events/route";
import { POST as revoke } from "@/app/api/ops/(own)/sessions/[id]/revoke/route";
import { GET as ownSessions } from "@/app/api/ops/(own)/sessions/route";
import { PATCH as patchPerson } from "@/app/api/ops/people/[id]/route";
import { GET as plugins, POST as registerPlugin } from "@/app/api/ops/plugins/route";
import { runCommand } from "@/lib/gateway/run-command";
import { LIMITS } from "@/lib/platform/limits";
import { personActor, steppedUp } from "@/test/actors";
import { makeTenant } from "@/test/factories";
import { fiveCases } from "@/test/five-cases";
import { opsRequest } from "@/test/identity/bearer";
import { openedSession, sessionCookie } from "@/test/identity/session";
import { sessionOptions } from "../adapters/next-auth";
import { changePassword } from "../commands/change-password";
import { createPerson } from "../commands/create-person";
import { setPassword } from "../commands/set-password";
import { systemActor } from "../system-actor";
import type { Role } from "../types";
import { closeSession } from "./commands/close-session";
import { renewSession } from "./commands/renew-session";

const admin = steppedUp(personActor(["security_admin"], undefined, "admin@center.test"));
const PASSWORD = "correct horse battery";
const now = () => new Date();
const reason = "left on a shared computer";
afterEach(() => vi.useRealTimers());

async function makePerson(roles: readonly Role[] = ["operator"], tenants: readonly string[] = ["*"]) {
  const input = { email: `${randomUUID()}@center.test`, name: "Ada", roles, tenants };
  return runCommand(createPerson, { input, actor: admin, now: now() });
}

/** A request as a browser with this cookie sends it from a page of ours. */
function byCookie(cookie: string, path = "/", init: RequestInit = {}): Request {
  return new Request(`http://127.0.0.1:3000${path}`, {
    ...init,
    headers: { cookie, origin: "http://127.0.0.1:3000", "content-type": "application/json" },
  });
}
const read = async (cookie: string) => (await plugins(byCookie(cookie))).status;

fiveCases({
  command: closeSession,
  arrange: async () => ({ input: { sessionId: await openedSession(await makePerson()), reason }, actor: admin }),
  winners: 2,
  forbidden: personActor([]),
  works: (result) => expect(result.closed).toBe(true),
});
fiveCases({
  command: renewSession,
  arrange: async () => ({ input: { sessionId: await openedSession(await makePerson()) }, actor: systemActor("sign-in", "login") }),
  winners: 2,
  forbidden: admin,
});
fiveCases({
  command: changePassword,
  arrange: async () => {
    const person = await makePerson();
    await runCommand(setPassword, {
      input: { personId: person.id, password: PASSWORD },
      actor: systemActor("seed", "operate"),
      now: now(),
    });
    return { input: { current: PASSWORD, password: "battery horse correct" }, actor: personActor(["operator"], undefined, person.email) };
  },
  winners: 1,
  forbidden: personActor([]),
  invalid: (input) => ({ ...(input as object), password: "short" }),
});

describe("somebody's own sessions", () => {
  test("are listed, the one that asks known as such, and ended one by one", async () => {
    const person = await makePerson();
    const [here, there] = [await sessionCookie(person), await sessionCookie(person)];
    type Listed = { items: { id: string; is_current: boolean }[] };
    const listed = async (cookie: string) => ((await (await ownSessions(byCookie(cookie))).json()) as Listed).items;
    expect(await listed(here)).toHaveLength(2);
    const other = (await listed(here)).find(({ is_current }) => !is_current)?.id ?? "";
    const context = { params: Promise.resolve({ id: other }) };
    expect((await revoke(byCookie(here, "/", { method: "POST", body: "{}" }), context)).status).toBe(200);
    expect([await read(here), await read(there)]).toEqual([200, 401]);
    expect(await listed(here)).toMatchObject([{ is_current: true }]);
  });

  test("of others are not theirs to end", async () => {
    const [victim, viewer] = [await makePerson(), await makePerson(["viewer"])];
    const id = await openedSession(victim);
    const body = JSON.stringify({ reason });
    const answer = await revoke(byCookie(await sessionCookie(viewer), "/", { method: "POST", body }), { params: Promise.resolve({ id }) });
    expect(answer.status).toBe(403);
  });
});

describe("a session's limits", () => {
  const skip = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1_000);

  test("30 minutes without a hand end it, however often its page reads by itself: no read renews it", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const cookie = await sessionCookie(await makePerson());
    for (let minutes = 0; minutes < 28; minutes += 7) {
      skip(7 * 60);
      const answer = await plugins(byCookie(cookie));
      expect([answer.status, answer.headers.get("set-cookie")]).toEqual([200, null]);
    }
    skip(3 * 60);
    expect(await read(cookie)).toBe(401);
  });

  test("an open event stream keeps none alive: it ends with the session's idle limit", async () => {
    vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"] });
    const cookie = await sessionCookie(await makePerson());
    const stream = await events(byCookie(cookie, "/api/events"));
    expect(stream.status).toBe(200);
    expect(stream.headers.get("set-cookie")).toBeNull();
    const reader = stream.body?.getReader();
    skip(LIMITS.personSessionIdleSeconds + 60);
    vi.advanceTimersByTime(LIMITS.livePowerMs + 1);
    const isOver = async () => {
      for (;;) if ((await reader?.read())?.done !== false) return true;
    };
    expect(await isOver()).toBe(true);
    expect((await events(byCookie(cookie, "/api/events"))).status).toBe(401);
  });

  test("12 hours end it, however often it is renewed", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const person = await makePerson();
    const startedAt = now();
    skip(LIMITS.personSessionTotalSeconds - 60);
    const fresh = await sessionCookie(person, { startedAt });
    expect(await read(fresh)).toBe(200);
    skip(2 * 60);
    expect(await read(fresh)).toBe(401);
  });

  test("a hand on it is written down, but not each time", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const person = await makePerson();
    const sid = await openedSession(person);
    const token = { sub: person.id, email: person.email, sid };
    const renew = () => sessionOptions().callbacks?.jwt?.({ token, user: undefined as never, account: null });
    await renew();
    const items = async () => (await (await import("./queries-sessions")).listSessionsOf(person.id, admin, now())).items;
    const first = (await items())[0]?.seen_at;
    skip(LIMITS.sessionSightingSeconds + 1);
    await renew();
    const second = (await items())[0]?.seen_at;
    await renew();
    expect([second === first, (await items())[0]?.seen_at === second]).toEqual([false, true]);
  });
});

describe("safety 11: a power that was taken away is gone within 5 s", () => {
  const ways = [
    [
      "by token",
      async (person: { email: string }) =>
        (await opsRequest("/", { email: person.email, roles: ["operator"] })).headers.get("authorization") ?? "",
    ],
    ["by session", async (person: { id: string; email: string }) => sessionCookie(person)],
  ] as const;

  test.each(ways)("of somebody demoted, who acts on %s", async (way, proofOf) => {
    const person = await makePerson(["operator"]);
    const { id: tenant_id } = await makeTenant();
    const proof = await proofOf(person);
    const body = JSON.stringify({ tenant_id, plugin_key: "demo-pay", version: "1.0.0" });
    const act = async () => {
      const request = byCookie(way === "by session" ? proof : "", "/", { method: "POST", body });
      if (way === "by token") request.headers.set("authorization", proof);
      return (await registerPlugin(request)).status;
    };
    expect(await act()).toBe(201);
    const demote = await opsRequest("/", { method: "PATCH", roles: ["security_admin"], body: { roles: ["viewer"], reason: "moved on" } });
    expect((await patchPerson(demote, { params: Promise.resolve({ id: person.id }) })).status).toBe(200);
    await expect.poll(act, { timeout: 5_000, interval: 100 }).toBe(403);
  });
});
