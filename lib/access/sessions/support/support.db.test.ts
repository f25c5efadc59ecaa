import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { asc, eq } from "drizzle-orm";
import { afterEach, describe, expect, test, vi } from "vitest";
import { POST as leave } from "@/app/api/ops/(own)/support/[id]/leave/route";
import { POST as enter, GET as looks } from "@/app/api/ops/(own)/support/route";
import { GET as plugins, POST as registerPlugin } from "@/app/api/ops/plugins/route";
import { webhookDeliveries } from "@/db/schema/notify";
import { auditEntries } from "@/db/schema/spine";
import { authenticatePerson } from "@/lib/access/authenticate-person";
import { createPerson } from "@/lib/access/commands/create-person";
import { updatePerson } from "@/lib/access/commands/update-person";
import { scopeFor, systemActor } from "@/lib/access/system-actor";
import { type Actor, ROLES, type Role } from "@/lib/access/types";
import { openIdentities } from "@/lib/audit/identities/open-identities";
import { definedCommands } from "@/lib/gateway/define-command";
import { runCommand } from "@/lib/gateway/run-command";
import { commentIncident } from "@/lib/incidents/commands/comment-incident";
import { expandEvents } from "@/lib/notify/commands/expand-events";
import { read } from "@/lib/platform/scope";
import { personActor, steppedUp } from "@/test/actors";
import { makeIncident, makePlugin, makeTenant } from "@/test/factories";
import { auditCount, fiveCases, refusalOf } from "@/test/five-cases";
import { openedSession, sessionCookie } from "@/test/identity/session";
import { enterSupport } from "./commands/enter-support";
import { leaveSupport } from "./commands/leave-support";

process.env.SMTP_URL = "smtp://127.0.0.1:1";
process.env.MAIL_FROM = "center@center.test";

const admin = steppedUp(personActor(["security_admin"], undefined, "admin@center.test"));
const reason = "they asked us to look with them";
const now = () => new Date();
afterEach(() => vi.useRealTimers());

async function makePerson(roles: readonly Role[], tenants: readonly string[] = ["*"]) {
  const input = { email: `${randomUUID()}@center.test`, name: "Ada", roles, tenants };
  return runCommand(createPerson, { input, actor: admin, now: now() });
}

/** A request as a browser with this cookie sends it from a page of ours. */
function byCookie(cookie: string, method = "GET", body?: unknown): Request {
  const headers = { cookie, origin: "http://127.0.0.1:3000", "content-type": "application/json" };
  return new Request("http://127.0.0.1:3000/", { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
}
const paramsOf = (id: string) => ({ params: Promise.resolve({ id }) });

/** A helper's browser that looks at a merchant's administrator. */
async function inside(given: { minutes?: number } = {}) {
  const tenant = await makeTenant();
  const [helper, target] = [await makePerson(["security_admin"]), await makePerson(["tenant_admin"], [tenant.id])];
  const cookie = await sessionCookie(helper);
  const answer = await enter(byCookie(cookie, "POST", { person_id: target.id, reason, ...given }));
  const entered = (await answer.json()) as { id: string; ends_at: string };
  expect(answer.status, JSON.stringify(entered)).toBe(201);
  return { tenant, helper, target, cookie, id: entered.id, endsAt: entered.ends_at };
}
const seenBy = (cookie: string) => authenticatePerson(byCookie(cookie), now());

/** A helper as their session authenticates them. */
async function helperActor(roles: readonly Role[] = ["operator"]): Promise<Actor> {
  const helper = await makePerson(roles);
  return { ...personActor(roles, undefined, helper.email), sessionId: await openedSession(helper) };
}

fiveCases({
  command: enterSupport,
  arrange: async () => ({ input: { tenantId: (await makeTenant()).id, reason }, actor: await helperActor() }),
  winners: 1,
  works: (result) => expect(Date.parse(result.ends_at) - Date.now()).toBeLessThanOrEqual(30 * 60_000),
});
fiveCases({
  command: leaveSupport,
  arrange: async () => {
    const helper = await helperActor();
    const input = { tenantId: (await makeTenant()).id, reason };
    const { id } = await runCommand(enterSupport, { input, actor: helper, now: now() });
    return { input: { supportId: id }, actor: { ...helper, sessionId: undefined } };
  },
  winners: 2,
  forbidden: personActor([]),
  works: (result) => expect(result.closed).toBe(true),
});

describe("in support mode", () => {
  test("the other's view is seen, and both stand in the audit", async () => {
    const { tenant, helper, target, cookie, id } = await inside();
    expect(await seenBy(cookie)).toMatchObject({
      id: `person:${helper.email}`,
      email: target.email,
      roles: ["viewer", "tenant_admin"],
      tenants: { kind: "set", ids: [tenant.id] },
      supporting: { id, over: null, onBehalfOf: `person:${target.email}` },
    });
    const both = { actor: `person:${helper.email}`, onBehalfOf: `person:${target.email}` };
    const entries = async () => {
      const all = await read(scopeFor("operate"), (tx) => tx.select().from(auditEntries).orderBy(asc(auditEntries.id)));
      const opened = await openIdentities(
        all.map(({ actor, onBehalfOf, command, outcome, tenantId, reason: why }) => ({
          actor,
          onBehalfOf,
          command,
          outcome,
          tenantId,
          reason: why,
        })),
      );
      return opened.filter(({ actor }) => actor === both.actor);
    };
    expect(await entries()).toMatchObject([{ ...both, command: "support.enter", outcome: "done", tenantId: tenant.id, reason }]);
    const body = { tenant_id: tenant.id, plugin_key: "demo-pay", version: "1.0.0" };
    const refused = await registerPlugin(byCookie(cookie, "POST", body));
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([403, "ERR_SUPPORT_READ_ONLY"]);
    expect((await entries()).at(-1)).toMatchObject({ ...both, command: "plugin.register", outcome: "refused" });
    expect((await leave(byCookie(cookie, "POST", {}), paramsOf(id))).status).toBe(200);
    expect((await entries()).at(-1)).toMatchObject({ ...both, command: "support.leave", outcome: "done" });
    expect((await seenBy(cookie)).supporting).toBeUndefined();
  });

  test("no command that Center has succeeds, with whatever rights", async () => {
    const files = (readdirSync("lib", { recursive: true }) as string[]).filter((file) => /\.ts$/.test(file) && !file.includes(".test."));
    const defining = files.filter((file) => readFileSync(path.join("lib", file), "utf8").includes("defineCommand({"));
    for (const file of defining) await import(path.resolve("lib", file));
    const commands = definedCommands();
    expect(commands.length).toBeGreaterThanOrEqual(defining.length);
    expect(defining.length).toBeGreaterThan(80);
    const self = await helperActor(ROLES);
    const target = { kind: "person", id: randomUUID(), name: "Ada" } as const;
    const supporting = { id: randomUUID(), self, target, onBehalfOf: "person:ada@shop.test", endsAt: now(), over: null };
    for (const command of commands) {
      const before = await auditCount(command.name, "done");
      const refusal = await refusalOf(runCommand(command, { input: {}, actor: { ...self, supporting }, now: now() }));
      expect([command.name, refusal.kind, refusal.details.code]).toEqual([command.name, "forbidden", "ERR_SUPPORT_READ_ONLY"]);
      expect(await auditCount(command.name, "done")).toBe(before);
    }
  });

  test("a process that remembers the session from before lets nothing through", async () => {
    const self = await helperActor();
    await runCommand(enterSupport, { input: { tenantId: (await makeTenant()).id, reason }, actor: self, now: now() });
    const incident = await makeIncident(await makePlugin((await makeTenant()).id));
    const late = runCommand(commentIncident, { input: { incidentId: incident.id, text: "late" }, actor: self, now: now() });
    expect((await refusalOf(late)).details.code).toBe("ERR_SUPPORT_READ_ONLY");
  });

  test("nobody enters another view from within", async () => {
    const { cookie, tenant } = await inside();
    const answer = await enter(byCookie(cookie, "POST", { tenant_id: tenant.id, reason }));
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, "ERR_SUPPORT_READ_ONLY"]);
  });

  test("the time ends it: nothing is seen and nothing changed until it is left", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { cookie, id, endsAt } = await inside({ minutes: 10 });
    vi.setSystemTime(Date.parse(endsAt));
    expect(await seenBy(cookie)).toMatchObject({ roles: [], tenants: { kind: "set", ids: [] }, supporting: { over: "time" } });
    expect((await plugins(byCookie(cookie))).status).toBe(403);
    const write = await registerPlugin(byCookie(cookie, "POST", {}));
    expect(((await write.json()) as { code: string }).code).toBe("ERR_SUPPORT_READ_ONLY");
    expect((await leave(byCookie(cookie, "POST", {}), paramsOf(id))).status).toBe(200);
    expect((await seenBy(cookie)).roles).toContain("security_admin");
  });

  test.each([
    ["demoted", "helper", { roles: ["viewer"] }],
    ["disabled", "target", { disabled: true }],
    ["given what is seen by nobody", "target", { roles: ["security_admin"] }],
    ["let into what is not the helper's to see or give", "target", { roles: [] }],
  ] as const)("it ends within 5 s when one is %s (%s)", async (_what, who, change) => {
    const made = await inside();
    await runCommand(updatePerson, { input: { personId: made[who].id, ...change, reason }, actor: admin, now: now() });
    const over = async () => (await seenBy(made.cookie)).supporting?.over;
    await expect.poll(over, { timeout: 5_000, interval: 200 }).toBe("rights");
    expect(await seenBy(made.cookie)).toMatchObject({ roles: [], tenants: { ids: [] } });
  });

  test("whoever is looked at is told by mail, sees it, and ends it; nobody else can", async () => {
    const { target, helper, id, cookie } = await inside();
    const sweep = () => runCommand(expandEvents, { input: {}, actor: systemActor("notify", "deliver"), now: now() });
    await sweep();
    const mails = await read(scopeFor("operate"), (tx) =>
      tx.select().from(webhookDeliveries).where(eq(webhookDeliveries.personId, target.id)),
    );
    expect(mails).toMatchObject([{ event: "support.entered", recipient: target.email, isUrgent: true }]);
    expect(mails[0]?.body).toContain(helper.email);
    expect(mails[0]?.body).toContain(reason);
    const theirs = await sessionCookie(target);
    const listed = ((await (await looks(byCookie(theirs))).json()) as { items: object[] }).items;
    expect(listed).toMatchObject([{ id, helper: helper.email, is_about_me: true, is_open: true }]);
    const stranger = await sessionCookie(await makePerson(["security_admin"]));
    expect((await leave(byCookie(stranger, "POST", {}), paramsOf(id))).status).toBe(404);
    expect((await leave(byCookie(theirs, "POST", {}), paramsOf(id))).status).toBe(200);
    expect((await seenBy(cookie)).supporting).toBeUndefined();
  });

  test("a merchant's own administrators are told when their merchant's view is entered", async () => {
    const tenant = await makeTenant();
    const [boss, clerk] = [await makePerson(["tenant_admin"], [tenant.id]), await makePerson(["viewer"], [tenant.id])];
    await runCommand(enterSupport, { input: { tenantId: tenant.id, reason }, actor: await helperActor(), now: now() });
    await runCommand(expandEvents, { input: {}, actor: systemActor("notify", "deliver"), now: now() });
    const told = (id: string) =>
      read(scopeFor("operate"), (tx) => tx.select().from(webhookDeliveries).where(eq(webhookDeliveries.personId, id)));
    expect(await told(boss.id)).toMatchObject([{ event: "support.entered" }]);
    expect(await told(clerk.id)).toEqual([]);
  });
});
