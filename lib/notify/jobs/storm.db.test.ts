import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { fleetIncidents } from "@/db/schema/incidents";
import { incidentPages } from "@/db/schema/on-call";
import { createPerson } from "@/lib/access/commands/create-person";
import { scopeFor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { acknowledgeFleet } from "@/lib/incidents/commands/acknowledge-fleet";
import { watchFleet } from "@/lib/incidents/jobs/watch-fleet";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { personActor, steppedUp } from "@/test/actors";
import { makeIncident, makePlugin, makeTenant } from "@/test/factories";
import { fiveCases } from "@/test/five-cases";
import { headerOf, type MailSink, openMailSink, textOf } from "@/test/fixtures/mail-sink";
import { OPS } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { asOwner, runNotifier } from "@/test/loop/worker";
import { makeModuleIncident } from "@/test/module-service";
import { setOnCall } from "../commands/set-on-call";
import { pagePeople } from "./page-people";

let sink: MailSink;
stopTime();
const root = steppedUp(personActor(["security_admin"], undefined, "root@center.test"));
const onCall: { id: string; email: string }[] = [];
beforeAll(async () => {
  sink = await openMailSink();
  process.env.SMTP_URL = sink.url;
  process.env.MAIL_FROM = "center@center.test";
  for (const name of ["Ada", "Bo"]) {
    const input = { email: `${name.toLowerCase()}@center.test`, name, roles: ["operator"], tenants: ["*"] };
    onCall.push(await runCommand(createPerson, { input, actor: root, now: new Date() }));
  }
  const people = onCall.map(({ id }) => id);
  const input = { area: "any", severity: "high", people, ackMinutes: 10, repageMinutes: 30, reason: "the team's week begins" };
  await runCommand(setOnCall, { input, actor: OPS, now: new Date() });
});
afterAll(() => sink.close());

/** Nobody is ill any more, and whoever was is not counted among those who are well. */
async function quiet(): Promise<void> {
  await asOwner()`update plugin_incidents set status = 'closed', acknowledged_at = now()`;
  await asOwner()`update module_incidents set status = 'closed', acknowledged_at = now()`;
  await asOwner()`update plugins set status = 'revoked'`;
  await asOwner()`update fleet_incidents set status = 'ended' where status = 'open'`;
  await runNotifier();
  sink.got.length = 0;
}
beforeEach(quiet);

/** Shops of as many merchants that fall ill in this moment. */
async function fallIll(count: number): Promise<void> {
  for (let made = 0; made < count; made += 1) {
    const plugin = await makePlugin((await makeTenant("Atlas")).id);
    await asOwner()`
      insert into plugin_state (tenant_id, plugin_id, last_seen, boot_id, booted_at, seq, running_version, disk_version, is_active, platform,
        capabilities, telemetry, errors, recent_ids, beats)
      values (${plugin.tenantId}, ${plugin.id}, now(), gen_random_uuid(), now(), 1, '1.2.2', '1.2.2', true, '{}', '{}', '{}', '[]', '{}', 1)`;
    await makeIncident(plugin, { severity: "high", noticedAt: new Date() });
  }
}
/** Calls whoever is to be called, and sends what there is. */
async function round(): Promise<number> {
  const made = await pagePeople(new Date());
  await runNotifier();
  return made;
}
const openFleets = () => read(scopeFor("operate"), (tx) => tx.select().from(fleetIncidents).where(eq(fleetIncidents.status, "open")));
const callsOfSingle = () => read(scopeFor("operate"), (tx) => tx.select().from(incidentPages));
const pagesSent = () => sink.got.filter((mail) => headerOf(mail, "subject")?.startsWith("You are needed"));
const [ada, bo] = ["ada@center.test", "bo@center.test"];

test("wakes one person once, by a link to all of it, however many it takes in; acknowledged, it wakes nobody", async () => {
  await fallIll(6);
  expect(await round()).toBe(0);
  expect(await watchFleet(new Date())).toBe(true);
  passSeconds(LIMITS.pageSettleSeconds);
  expect(await round()).toBe(1);
  const [fleet] = await openFleets();
  expect(pagesSent().map(({ to }) => to)).toEqual([[ada]]);
  expect(pagesSent().map(textOf)[0]).toContain(`/incidents?fleet_id=${fleet?.id}`);
  expect(await callsOfSingle()).toEqual([]);
  const notices = sink.got.filter((mail) => headerOf(mail, "subject")?.startsWith("Fleet incident"));
  expect(notices.map(({ to }) => to[0]).toSorted()).toEqual([ada, bo]);

  await fallIll(3);
  expect(await watchFleet(new Date())).toBe(true);
  passSeconds(60);
  expect(await round()).toBe(0);
  await runCommand(acknowledgeFleet, { input: { fleetId: fleet?.id }, actor: OPS, now: new Date() });
  passSeconds(60 * 60);
  expect(await round()).toBe(0);
  expect(pagesSent()).toHaveLength(1);
});

test("whoever was woken by the first of it is not woken by the rest; unanswered, the next one is, for all of it", async () => {
  await fallIll(1);
  passSeconds(LIMITS.pageSettleSeconds);
  expect(await round()).toBe(1);
  await fallIll(6);
  await watchFleet(new Date());
  passSeconds(60);
  expect(await round()).toBe(0);
  passSeconds(10 * 60);
  expect(await round()).toBe(1);
  expect(pagesSent().map(({ to }) => to[0])).toEqual([ada, bo]);
  expect(pagesSent().map(textOf)[1]).toContain("/incidents?fleet_id=");
});

fiveCases({
  command: acknowledgeFleet,
  arrange: async () => {
    await quiet();
    await fallIll(5);
    await watchFleet(new Date());
    return { input: { fleetId: (await openFleets())[0]?.id }, actor: OPS };
  },
  winners: 1,
  forbidden: personActor(["viewer"]),
  works: (result) => expect(result).toMatchObject({ status: "open", acknowledged_by: OPS.id }),
});

test("however many mild incidents of modules are older, a grave one wakes somebody", async () => {
  await asOwner()`insert into module_incidents (tenant_id, id, module_key, cause, type, rule_id, severity, status, explain, statistic, value, evidence, rules, opened_at, detected_at, last_seen_at, updated_at)
    select ${PLATFORM_TENANT}, gen_random_uuid(), 'mild-' || n, 'service', 'error_spike', 'error_share', 'low', 'open', 'a little', 'error_rate', 0.1, '[]', '{}', now() - interval '1 day', now(), now(), now()
    from generate_series(1, ${LIMITS.pagedIncidentsAtOnce}) n`;
  const grave = await makeModuleIncident(PLATFORM_TENANT, { severity: "high" });
  await passSeconds(LIMITS.pageSettleSeconds);
  expect(await round()).toBe(1);
  expect(pagesSent().map(textOf)).toEqual([expect.stringContaining(`/module-incidents/${grave.id}`)]);
});
