import { and, asc, eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { incidentEvents, type pluginIncidents } from "@/db/schema/incidents";
import { webhookDeliveries } from "@/db/schema/notify";
import { incidentPages } from "@/db/schema/on-call";
import { createPerson } from "@/lib/access/commands/create-person";
import { updatePerson } from "@/lib/access/commands/update-person";
import { scopeFor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { acknowledgeIncident } from "@/lib/incidents/commands/acknowledge-incident";
import { resolveIncident } from "@/lib/incidents/commands/resolve-incident";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { acknowledgeModule } from "@/lib/modules/incidents/commands/acknowledge-module";
import { LIMITS } from "@/lib/platform/limits";
import { newToken } from "@/lib/platform/random";
import { read } from "@/lib/platform/scope";
import { personActor, steppedUp } from "@/test/actors";
import { makeIncident, makePlugin, makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { headerOf, type MailSink, openMailSink, textOf } from "@/test/fixtures/mail-sink";
import { OPS } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { asOwner, runNotifier } from "@/test/loop/worker";
import { makeModuleIncident, makeModuleService } from "@/test/module-service";
import { replayDelivery } from "../commands/replay-delivery";
import { setOnCall } from "../commands/set-on-call";
import { setOwnNotices } from "../commands/set-own-notices";
import { showOnCall } from "../paging/queries-on-call";
import { pagePeople } from "./page-people";

let sink: MailSink;
stopTime();
beforeAll(async () => {
  sink = await openMailSink();
  process.env.SMTP_URL = sink.url;
  process.env.MAIL_FROM = "center@center.test";
});
afterAll(() => sink.close());
// Incidents of a test before wake nobody in the next one.
beforeEach(async () => {
  await asOwner()`update plugin_incidents set status = 'closed', acknowledged_at = now()`;
  await asOwner()`update module_incidents set status = 'closed', acknowledged_at = now()`;
  await runNotifier();
  sink.got.length = 0;
});

const root = steppedUp(personActor(["security_admin"], undefined, "root@center.test"));
const reason = "the team's week begins";

async function makeOperator(name: string, roles = ["operator"]) {
  const email = `${newToken(6)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "x")}@center.test`;
  return runCommand(createPerson, { input: { email, name, roles, tenants: ["*"] }, actor: root, now: new Date() });
}
const order = (people: readonly { id: string }[], given: object = {}) =>
  runCommand(setOnCall, {
    input: { area: "any", severity: "high", people: people.map(({ id }) => id), ackMinutes: 10, repageMinutes: 30, reason, ...given },
    actor: OPS,
    now: new Date(),
  });
async function graveIncident(given: Partial<typeof pluginIncidents.$inferInsert> = {}) {
  const plugin = await makePlugin((await makeTenant("Atlas")).id);
  return makeIncident(plugin, { severity: "high", ...given });
}
/** Calls whoever is to be called, and sends what there is. */
async function round(): Promise<number> {
  const made = await pagePeople(new Date());
  await runNotifier();
  return made;
}
const called = () => sink.got.map(({ to }) => to[0]);
const timelineOf = ({ tenantId, id }: { tenantId: string; id: string }) =>
  read({ kind: "set", ids: [tenantId] }, (tx) =>
    tx.select().from(incidentEvents).where(eq(incidentEvents.incidentId, id)).orderBy(asc(incidentEvents.at), asc(incidentEvents.id)),
  );
const callsOf = ({ id }: { id: string }) =>
  read(scopeFor("operate"), (tx) => tx.select().from(incidentPages).where(eq(incidentPages.incidentId, id)));
const acknowledge = (incidentId: string) => runCommand(acknowledgeIncident, { input: { incidentId }, actor: OPS, now: new Date() });

fiveCases({
  command: setOnCall,
  arrange: async () => {
    const ada = await makeOperator("Ada");
    return { input: { area: "integrity", severity: "low", people: [ada.id], ackMinutes: 5, repageMinutes: 10, reason }, actor: OPS };
  },
  winners: 2,
  forbidden: personActor(["operator"]),
  invalid: (input) => ({ ...(input as object), people: ["not an id"] }),
});
describe("the order on call", () => {
  test.each([
    ["somebody twice", async () => [await makeOperator("Ada")].flatMap((one) => [one, one])],
    ["somebody who cannot acknowledge", async () => [await makeOperator("Vi", ["viewer"])]],
    ["nobody that there is", async () => [{ id: "00000000-0000-4000-8000-00000000dead" }]],
  ])("does not take %s", async (_who, make) => {
    expect((await refusalOf(order(await make()))).kind).toBe("invalid");
  });

  test("is the platform's: a merchant's people neither change nor see it", async () => {
    const { id: tenantId } = await makeTenant();
    const actor = personActor(["pay_admin"], [tenantId]);
    const input = { area: "any", severity: "high", people: [], reason };
    expect((await refusalOf(runCommand(setOnCall, { input, actor, now: new Date() }))).details.code).toBe("ERR_ALL_TENANTS_NEEDED");
    expect(await showOnCall(actor.tenants, new Date())).toMatchObject({ orders: [], candidates: [] });
  });
});

test("a module's incident wakes people too: each story once, the free core's whatever its severity", async () => {
  const [ada, bo] = [await makeOperator("Ada"), await makeOperator("Bo")];
  await order([ada, bo]);
  const core = await makeModuleService([], { criticality: "core" });
  const first = await makeModuleIncident(PLATFORM_TENANT, { moduleKey: core.key, severity: "medium" });
  await makeModuleIncident(PLATFORM_TENANT, { severity: "high", suppressedBy: first.id });
  await makeModuleIncident(PLATFORM_TENANT, { severity: "medium" });
  expect(await round()).toBe(0);
  await passSeconds(LIMITS.pageSettleSeconds);
  expect(await round()).toBe(1);
  expect(called()).toEqual([ada.email]);
  expect(textOf(sink.got[0] as never)).toContain(`/module-incidents/${first.id}`);
  expect(await round()).toBe(0);
  await passSeconds(10 * 60);
  await round();
  expect(called()).toEqual([ada.email, bo.email]);
  await runCommand(acknowledgeModule, { input: { incidentId: first.id }, actor: OPS, now: new Date() });
  await passSeconds(60 * 60);
  expect(await round()).toBe(0);
});

describe("an incident that nobody owns", () => {
  test("wakes the first, then the second, and nobody once somebody acknowledged; every call is on record", async () => {
    const [ada, bo] = [await makeOperator("Ada"), await makeOperator("Bo")];
    await order([ada, bo]);
    const incident = await graveIncident();
    expect(await round()).toBe(1);
    expect(await round()).toBe(0);
    expect(called()).toEqual([ada.email]);
    passSeconds(10 * 60 - 1);
    expect(await round()).toBe(0);
    passSeconds(1);
    await round();
    expect(called()).toEqual([ada.email, bo.email]);
    await acknowledge(incident.id);
    passSeconds(3 * 60 * 60);
    expect(await round()).toBe(0);
    expect(called()).toHaveLength(2);
    const lines = (await timelineOf(incident)).filter(({ kind }) => kind === "paged");
    expect(lines.map(({ summary }) => summary)).toEqual(["Called Ada", "Called Bo"]);
    const logged = await read(scopeFor("operate"), (tx) =>
      tx
        .select()
        .from(webhookDeliveries)
        .where(and(eq(webhookDeliveries.incidentId, incident.id), eq(webhookDeliveries.event, "incident.page"))),
    );
    expect(logged).toMatchObject([{ status: "delivered", isUrgent: true }, { status: "delivered" }]);
    const [mail] = sink.got;
    if (!mail) throw new Error("no mail came");
    expect(headerOf(mail, "subject")).toBe("You are needed: demo-pay at Atlas, webhooks are failing (severity high).");
    expect(textOf(mail)).toContain(`/incidents/${incident.id}`);
    expect(textOf(mail)).toContain("without an answer within 10 min");
  });

  test("ends with its incident, and begins anew when it comes back", async () => {
    const ada = await makeOperator("Ada");
    await order([ada]);
    const incident = await graveIncident();
    await round();
    await runCommand(resolveIncident, { input: { incidentId: incident.id, reason }, actor: OPS, now: new Date() });
    passSeconds(60 * 60);
    expect(await round()).toBe(0);
    await asOwner()`update plugin_incidents set status = 'open', reopened_count = 1, resolved_at = null where id = ${incident.id}`;
    expect(await round()).toBe(1);
    expect((await callsOf(incident)).map(({ episode, step }) => [episode, step])).toEqual([
      [0, 1],
      [1, 1],
    ]);
  });

  test("calls once, however many workers look at once", async () => {
    const [ada, bo] = [await makeOperator("Ada"), await makeOperator("Bo")];
    await order([ada, bo]);
    await graveIncident();
    const made = await Promise.all([pagePeople(new Date()), pagePeople(new Date()), pagePeople(new Date())]);
    expect(made.reduce((sum, one) => sum + one, 0)).toBe(1);
    await runNotifier();
    expect(called()).toEqual([ada.email]);
  });

  test("leaves nobody out and calls nobody twice when its worker is lost: the call and its message are one transaction", async () => {
    const ada = await makeOperator("Ada");
    await order([ada]);
    const incident = await graveIncident();
    await asOwner()`alter table webhook_deliveries add constraint planted check (event <> 'incident.page') not valid`;
    await round().catch(() => 0);
    expect([await callsOf(incident), called()]).toEqual([[], []]);
    await asOwner()`alter table webhook_deliveries drop constraint planted`;
    await pagePeople(new Date());
    // The worker is lost between the call and the mail: the next one finds the message, and no second call.
    expect(await pagePeople(new Date())).toBe(0);
    await runNotifier("worker:two");
    expect([(await callsOf(incident)).length, called()]).toEqual([1, [ada.email]]);
  });

  test("passes over somebody who was shut out, at once", async () => {
    const [ada, bo] = [await makeOperator("Ada"), await makeOperator("Bo")];
    await order([ada, bo]);
    await graveIncident();
    await round();
    await runCommand(updatePerson, { input: { personId: ada.id, disabled: true }, actor: root, now: new Date() });
    expect(await round()).toBe(1);
    expect(called()).toEqual([ada.email, bo.email]);
  });

  test("of a low or medium severity wakes nobody without an order of its own, and says nothing about it", async () => {
    const incident = await graveIncident({ severity: "medium" });
    expect(await round()).toBe(0);
    expect(await callsOf(incident)).toEqual([]);
  });

  test("says once in its timeline that nobody is on call for it", async () => {
    const incident = await graveIncident({ severity: "critical" });
    expect(await round()).toBe(1);
    passSeconds(60 * 60);
    expect(await round()).toBe(0);
    const lines = (await timelineOf(incident)).filter(({ kind }) => kind === "unpaged");
    expect(lines.map(({ summary }) => summary)).toEqual(["Nobody is woken: no order on call covers this incident"]);
  });

  test("stops after so many calls, and says so", async () => {
    const ada = await makeOperator("Ada");
    await order([ada], { repageMinutes: 1, ackMinutes: 1 });
    const incident = await graveIncident();
    for (let count = 0; count < LIMITS.pagesPerIncident + 3; count += 1) {
      await pagePeople(new Date());
      passSeconds(60);
    }
    const calls = await callsOf(incident);
    expect(calls.filter(({ kind }) => kind === "page")).toHaveLength(LIMITS.pagesPerIncident);
    expect(calls.filter(({ kind }) => kind === "exhausted")).toHaveLength(1);
  });
});

describe("a call that waits", () => {
  test("is not sent any more once somebody acknowledged, unless a person has it sent again", async () => {
    const ada = await makeOperator("Ada");
    await order([ada]);
    const incident = await graveIncident();
    await pagePeople(new Date());
    await acknowledge(incident.id);
    await runNotifier();
    expect(called()).toEqual([]);
    const [call] = await callsOf(incident);
    const input = { deliveryId: call?.deliveryId, reason: "did it reach anybody?" };
    await runCommand(replayDelivery, { input, actor: OPS, now: new Date() });
    await runNotifier();
    expect(called()).toEqual([ada.email]);
  });
});

describe("quiet hours", () => {
  const quiet = { language: "fr", emailEvents: null, timeZone: "UTC", quietFrom: "00:00", quietTo: "23:59", criticalWakes: false };
  const asleep = (email: string, given: object = {}) =>
    runCommand(setOwnNotices, { input: { ...quiet, ...given }, actor: personActor(["operator"], undefined, email), now: new Date() });

  test("pass over whoever sleeps; the page says who would be woken now, and in which language is theirs", async () => {
    const [ada, bo] = [await makeOperator("Ada"), await makeOperator("Bo")];
    await order([ada, bo]);
    await asleep(ada.email);
    const { orders } = await showOnCall(scopeFor("operate"), new Date());
    const shown = orders.find(({ area, severity }) => area === "any" && severity === "high");
    expect(shown).toMatchObject({ now: { person_id: bo.id, why: null }, people: [{ state: "asleep" }, { state: "awake" }] });
    await graveIncident();
    await round();
    expect(called()).toEqual([bo.email]);
  });

  test("hold back all calls where all sleep, and what is critical breaks through only for who said so", async () => {
    const ada = await makeOperator("Ada");
    await order([ada]);
    await order([ada], { severity: "critical" });
    await asleep(ada.email);
    const [grave, worse] = [await graveIncident(), await graveIncident({ severity: "critical" })];
    expect(await round()).toBe(0);
    await asleep(ada.email, { criticalWakes: true });
    expect(await round()).toBe(1);
    expect([(await callsOf(grave)).length, (await callsOf(worse)).length]).toEqual([0, 1]);
    const [mail] = sink.got;
    if (!mail) throw new Error("no mail came");
    expect(textOf(mail)).toContain("On a besoin de vous maintenant : demo-pay chez Atlas");
  });
});
