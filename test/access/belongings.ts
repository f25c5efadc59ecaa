import { randomUUID } from "node:crypto";
import { createPerson } from "@/lib/access/commands/create-person";
import { runCommand } from "@/lib/gateway/run-command";
import { draftPostmortem } from "@/lib/incidents/postmortems/commands/draft-postmortem";
import { addWebhook } from "@/lib/notify/commands/add-webhook";
import { removeWebhook } from "@/lib/notify/commands/remove-webhook";
import { listWebhooks } from "@/lib/notify/queries";
import { LIMITS } from "@/lib/platform/limits";
import { throwSwitch } from "@/lib/policy/commands/throw-switch";
import { startRunbook } from "@/lib/runbooks/commands/start-runbook";
import { personActor, steppedUp } from "@/test/actors";
import { makeAttempt, makeIncident, makePlugin, makeTenant } from "@/test/factories";
import { openedSession } from "@/test/identity/session";

/** Everything that a tenant can own, by id. */
export interface Belongings {
  readonly tenant: string;
  readonly plugin: string;
  /** One that tests may cut off. */
  readonly spare: string;
  readonly incident: string;
  readonly attempt: string;
  readonly webhook: string;
  readonly person: string;
  /** One that this person has open. */
  readonly session: string;
  /** Its incident's postmortem. */
  readonly postmortem: string;
  /** A request to turn a switch of the tenant off, which waits for a second person. */
  readonly request: string;
}

const ops = steppedUp(personActor(["pay_admin", "security_admin"], undefined, "root@center.test"));

async function addressesOf(tenantId: string): Promise<string[]> {
  const query = { limit: LIMITS.pageSize, tenant_id: tenantId };
  return (await listWebhooks(ops.tenants, query)).items.map(({ id }) => id);
}

/** Another address for notifications of a tenant, which has room for a few only; of one that does not exist, an id that nobody has. */
export async function makeWebhook(tenantId: string): Promise<string> {
  if (tenantId === NOTHING.tenant) return randomUUID();
  const [newest] = await addressesOf(tenantId);
  if (newest) await runCommand(removeWebhook, { input: { webhookId: newest }, actor: ops, now: new Date() });
  const input = { tenantId, url: "https://hooks.shop.test/" };
  return (await runCommand(addWebhook, { input, actor: ops, now: new Date() })).id;
}

/** Somebody of a tenant. */
export async function makeMember(tenantId: string): Promise<string> {
  if (tenantId === NOTHING.tenant) return randomUUID();
  const input = { email: `${randomUUID()}@shop.test`, name: "Member", roles: ["viewer"], tenants: [tenantId] };
  return (await runCommand(createPerson, { input, actor: ops, now: new Date() })).id;
}

/** Somebody follows a runbook for an incident. */
export async function followRunbook(incidentId: string): Promise<string> {
  if (incidentId === NOTHING.incident) return randomUUID();
  const input = { slug: "bad-patch", incidentId };
  return (await runCommand(startRunbook, { input, actor: ops, now: new Date() })).id;
}

/** A request to turn a switch of a tenant off. */
export async function askOff(tenantId: string): Promise<string> {
  if (tenantId === NOTHING.tenant) return randomUUID();
  const safeMode = { name: "safe_mode", scope: "tenant", tenantId, reason: "test" };
  await runCommand(throwSwitch, { input: { ...safeMode, on: true }, actor: ops, now: new Date() });
  const asked = await runCommand(throwSwitch, { input: { ...safeMode, on: false }, actor: ops, now: new Date() });
  if (!("request_id" in asked)) throw new Error("nobody turns a switch off alone");
  return asked.request_id;
}

/** Somebody of a tenant who is signed in. */
async function signedInMember(tenantId: string) {
  const person = await makeMember(tenantId);
  return { person, session: await openedSession({ id: person, email: "" }) };
}

/** A tenant with one of everything. */
export async function settle(name: string): Promise<Belongings> {
  const tenant = await makeTenant(name);
  const plugin = await makePlugin(tenant.id);
  const spare = await makePlugin(tenant.id, { pluginKey: "demo-spare" });
  const incident = await makeIncident(plugin);
  const attempt = await makeAttempt(incident);
  return {
    tenant: tenant.id,
    plugin: plugin.id,
    spare: spare.id,
    incident: incident.id,
    attempt: attempt.id,
    webhook: await makeWebhook(tenant.id),
    ...(await signedInMember(tenant.id)),
    postmortem: (await runCommand(draftPostmortem, { input: { incidentId: incident.id }, actor: ops, now: new Date() })).id,
    request: await askOff(tenant.id),
  };
}

/** Ids that nobody has. */
export const NOTHING: Belongings = {
  tenant: randomUUID(),
  plugin: randomUUID(),
  spare: randomUUID(),
  incident: randomUUID(),
  attempt: randomUUID(),
  webhook: randomUUID(),
  person: randomUUID(),
  session: randomUUID(),
  postmortem: randomUUID(),
  request: randomUUID(),
};
