import { and, asc, eq, ne } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { webhookDeliveries } from "@/db/schema/notify";
import { createPerson } from "@/lib/access/commands/create-person";
import { scopeFor, systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { escalateModule } from "@/lib/modules/incidents/commands/escalate-module";
import { resolveModule } from "@/lib/modules/incidents/commands/resolve-module";
import { PROVING_MODULE } from "@/lib/modules/proving/types";
import { read } from "@/lib/platform/scope";
import { personActor, steppedUp } from "@/test/actors";
import { makeTenant } from "@/test/factories";
import { makeModuleIncident } from "@/test/module-service";
import { addWebhook } from "../commands/add-webhook";
import { expandEvents } from "../commands/expand-events";
import { setTenantNotices } from "../commands/set-tenant-notices";

process.env.OUTBOUND_ALLOW = "127.0.0.1/32";
process.env.SMTP_URL = "smtp://127.0.0.1:9";
process.env.MAIL_FROM = "Center <center@center.test>";

const ops = personActor(["operator"]);
const root = steppedUp(personActor(["security_admin"], undefined, "root@center.test"));
const now = () => new Date();
/** An address for these events; for all where none is named. */
const addressOf = (of: string | null, events?: string[]) =>
  runCommand(addWebhook, { input: { tenantId: of, url: "http://127.0.0.1:9/", ...(events ? { events } : {}) }, actor: ops, now: now() });
const makePerson = (tenants: string[], roles: string[], email: string) =>
  runCommand(createPerson, { input: { email, name: "Ada", roles, tenants }, actor: root, now: now() });
const escalate = (incidentId: string) =>
  runCommand(escalateModule, { input: { incidentId, reason: "looks bad to me" }, actor: ops, now: now() });
const expand = () => runCommand(expandEvents, { input: {}, actor: systemActor("test", "deliver"), now: now() });

/** Everything that is on its way about an incident: to whom, of what, and its text. */
async function toldOf(incidentId: string) {
  const key = and(eq(webhookDeliveries.incidentId, incidentId), ne(webhookDeliveries.event, "incident.page"));
  const rows = await read(scopeFor("operate"), (tx) =>
    tx.select().from(webhookDeliveries).where(key).orderBy(asc(webhookDeliveries.createdAt)),
  );
  return rows.map(({ event, channel, endpointId, recipient, body }) => ({ event, channel, to: endpointId ?? recipient, body }));
}
const briefly = (told: Awaited<ReturnType<typeof toldOf>>) => told.map(({ event, channel, to }) => `${event} ${channel} ${to}`).toSorted();

let [own, operator, merchant]: string[] = [];
let tenantId = "";
beforeAll(async () => {
  tenantId = (await makeTenant("Atlas")).id;
  [operator, merchant] = ["operator@center.test", "admin@atlas.test"];
  own = (await addressOf(tenantId, ["module-incident.resolved", "module-incident.escalated"])).id;
  await makePerson(["*"], ["operator"], operator);
  await makePerson([tenantId], ["tenant_admin"], merchant);
});

test("a module's incident of one tenant is told to its address and to ops, to its people only of what it chose", async () => {
  const { id } = await makeModuleIncident(tenantId, { moduleKey: "search", type: "integration_down" });
  await escalate(id);
  await expand();
  expect(briefly(await toldOf(id))).toEqual(
    [`module-incident.escalated email ${operator}`, `module-incident.escalated webhook ${own}`].toSorted(),
  );
  const input = { tenantId, emailEvents: ["module-incident.resolved"] };
  await runCommand(setTenantNotices, { input, actor: ops, now: now() });
  await runCommand(resolveModule, { input: { incidentId: id, reason: "mended by hand" }, actor: ops, now: now() });
  await expand();
  const resolved = (await toldOf(id)).filter(({ event }) => event === "module-incident.resolved");
  expect(briefly(resolved)).toEqual([`module-incident.resolved email ${merchant}`, `module-incident.resolved webhook ${own}`].toSorted());
  const [{ body } = { body: "" }] = resolved.filter(({ channel }) => channel === "webhook");
  expect(JSON.parse(body)).toMatchObject({
    type: "module-incident.resolved",
    data: {
      ...{ tenant_id: tenantId, tenant_name: "Atlas", module_key: "search", module_incident_id: id, incident_type: "integration_down" },
      text: {
        en: "Resolved: search (Atlas): a service that it needs is away (severity high).",
        fr: expect.stringContaining("Résolu : search"),
      },
    },
  });
  expect(resolved.find(({ channel }) => channel === "email")?.body).toContain(`/module-incidents/${id}`);
});

test("what concerns all tenants is told to ops alone; what another incident tells, or is broken on purpose, to nobody", async () => {
  const everything = (await addressOf(null)).id;
  await addressOf(tenantId);
  const ofAll = await makeModuleIncident(PLATFORM_TENANT, { moduleKey: "search" });
  const told = await makeModuleIncident(tenantId, { moduleKey: "exports", suppressedBy: ofAll.id });
  const proving = await makeModuleIncident(PLATFORM_TENANT, { moduleKey: PROVING_MODULE });
  for (const { id } of [ofAll, told, proving]) await escalate(id);
  await expand();
  expect(briefly(await toldOf(ofAll.id))).toEqual(
    [`module-incident.escalated email ${operator}`, `module-incident.escalated webhook ${everything}`].toSorted(),
  );
  expect([await toldOf(told.id), await toldOf(proving.id)]).toEqual([[], []]);
});
