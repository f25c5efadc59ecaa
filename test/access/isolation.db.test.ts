import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import * as switches from "@/app/api/ops/(safety)/switches/route";
import * as webhook from "@/app/api/ops/(told)/webhooks/[id]/route";
import * as webhooks from "@/app/api/ops/(told)/webhooks/route";
import * as attempt from "@/app/api/ops/autopatch-attempts/[id]/route";
import * as attempts from "@/app/api/ops/autopatch-attempts/route";
import * as link from "@/app/api/ops/people/[id]/link/route";
import * as person from "@/app/api/ops/people/[id]/route";
import * as people from "@/app/api/ops/people/route";
import * as incident from "@/app/api/ops/plugin-incidents/[id]/route";
import * as incidents from "@/app/api/ops/plugin-incidents/route";
import * as revoke from "@/app/api/ops/plugins/[id]/revoke/route";
import * as rotate from "@/app/api/ops/plugins/[id]/rotate-secret/route";
import * as plugin from "@/app/api/ops/plugins/[id]/route";
import * as plugins from "@/app/api/ops/plugins/route";
import * as tenants from "@/app/api/ops/tenants/route";
import { createPerson } from "@/lib/access/commands/create-person";
import { runCommand } from "@/lib/gateway/run-command";
import { addWebhook } from "@/lib/notify/commands/add-webhook";
import type { OpsHandler } from "@/lib/platform/web/ops-route";
import { throwSwitch } from "@/lib/policy/commands/throw-switch";
import { personActor, steppedUp } from "@/test/actors";
import { makeAttempt, makeIncident, makePlugin, makeTenant } from "@/test/factories";
import { opsRequest } from "@/test/identity/bearer";

/** Everything that a tenant can own. */
interface Belongings {
  readonly tenant: string;
  readonly plugin: string;
  readonly incident: string;
  readonly attempt: string;
  readonly webhook: string;
  readonly person: string;
}

const ops = steppedUp(personActor(["pay_admin", "security_admin"], undefined, "root@center.test"));
const now = () => new Date();
/** Two answers may differ by their trace id alone; here the caller says what it is. */
const TRACE = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01";

async function settle(name: string): Promise<Belongings> {
  const tenant = await makeTenant(name);
  const made = await makePlugin(tenant.id);
  const found = await makeIncident(made);
  const tried = await makeAttempt(found);
  const endpoint = await runCommand(addWebhook, {
    input: { tenantId: tenant.id, url: "https://hooks.shop.test/" },
    actor: ops,
    now: now(),
  });
  const input = { email: `${randomUUID()}@shop.test`, name, roles: ["viewer"], tenants: [tenant.id] };
  const somebody = await runCommand(createPerson, { input, actor: ops, now: now() });
  const safeMode = { name: "safe_mode", scope: "tenant", tenantId: tenant.id, on: true, reason: "test" };
  await runCommand(throwSwitch, { input: safeMode, actor: ops, now: now() });
  return { tenant: tenant.id, plugin: made.id, incident: found.id, attempt: tried.id, webhook: endpoint.id, person: somebody.id };
}

let own: Belongings;
let theirs: Belongings;
const nobody: Belongings = {
  tenant: randomUUID(),
  plugin: randomUUID(),
  incident: randomUUID(),
  attempt: randomUUID(),
  webhook: randomUUID(),
  person: randomUUID(),
};

beforeAll(async () => {
  own = await settle("Own");
  theirs = await settle("Theirs");
});

interface Call {
  readonly path?: string;
  readonly method?: string;
  readonly body?: unknown;
  readonly id?: string;
  readonly tenants?: readonly string[];
}

async function call(
  handler: OpsHandler,
  { path = "/", id, tenants: scope = [own.tenant], ...options }: Call,
): Promise<{ status: number; text: string }> {
  const roles = ["pay_admin", "tenant_admin", "security_admin"] as const;
  const request = await opsRequest(path, { ...options, roles, tenants: scope, email: "own@shop.test", headers: { traceparent: TRACE } });
  const params: Record<string, string> = id === undefined ? {} : { id };
  const response = await handler(request, { params: Promise.resolve(params) });
  return { status: response.status, text: await response.text() };
}

const LISTS: readonly (readonly [string, OpsHandler, (keyof Belongings)[]])[] = [
  ["tenants", tenants.GET, []],
  ["people", people.GET, []],
  ["plugins", plugins.GET, ["tenant"]],
  ["plugin-incidents", incidents.GET, ["tenant", "plugin"]],
  ["autopatch-attempts", attempts.GET, ["tenant", "plugin", "incident"]],
  ["webhooks", webhooks.GET, ["tenant"]],
  ["switches", switches.GET, []],
];

describe("lists", () => {
  test.each(LISTS)("%s shows the caller's own and nothing of another tenant", async (_name, handler) => {
    const { status, text } = await call(handler, {});
    expect(status).toBe(200);
    expect(text).toContain(own.tenant);
    for (const id of Object.values(theirs)) expect(text).not.toContain(id);
  });

  test.each(LISTS)("%s filtered by another's id answers 200 with the same bytes as for a random id", async (_name, handler, filters) => {
    for (const filter of filters) {
      const answers = await Promise.all([theirs, nobody].map((whose) => call(handler, { path: `/?${filter}_id=${whose[filter]}` })));
      expect(answers[0]).toEqual({ status: 200, text: '{"items":[],"next_cursor":null}' });
      expect(answers[1]).toEqual(answers[0]);
    }
  });

  test.each(LISTS)("%s shows nothing of any tenant to a caller without tenants", async (_name, handler) => {
    const { status, text } = await call(handler, { tenants: [] });
    expect(status).toBe(200);
    for (const id of [...Object.values(theirs), ...Object.values(own)]) expect(text).not.toContain(id);
  });
});

type Act = readonly [string, OpsHandler, (whose: Belongings) => Call];
const ACTS: readonly Act[] = [
  ["GET plugins/:id", plugin.GET, (whose) => ({ id: whose.plugin })],
  ["GET plugin-incidents/:id", incident.GET, (whose) => ({ id: whose.incident })],
  ["GET autopatch-attempts/:id", attempt.GET, (whose) => ({ id: whose.attempt })],
  ["GET people/:id", person.GET, (whose) => ({ id: whose.person })],
  ["POST plugins", plugins.POST, (whose) => ({ body: { tenant_id: whose.tenant, plugin_key: "demo-pay", version: "1.0.0" } })],
  ["POST plugins/:id/rotate-secret", rotate.POST, (whose) => ({ id: whose.plugin, method: "POST" })],
  ["POST plugins/:id/revoke", revoke.POST, (whose) => ({ id: whose.plugin, body: { reason: "mine now" } })],
  ["PATCH people/:id", person.PATCH, (whose) => ({ id: whose.person, method: "PATCH", body: { disabled: true } })],
  ["POST people/:id/link", link.POST, (whose) => ({ id: whose.person, body: { reason: "mine now" } })],
  [
    "POST switches",
    switches.POST,
    (whose) => ({ body: { name: "kill_switch", scope: "tenant", tenant_id: whose.tenant, on: true, reason: "x" } }),
  ],
  [
    "POST switches on a plugin",
    switches.POST,
    (whose) => ({ body: { name: "kill_switch", scope: "plugin", target_id: whose.plugin, on: true, reason: "x" } }),
  ],
  ["POST webhooks", webhooks.POST, (whose) => ({ body: { tenant_id: whose.tenant, url: "https://hooks.shop.test/" } })],
  ["DELETE webhooks?id=", webhooks.DELETE, (whose) => ({ path: `/?id=${whose.webhook}`, method: "DELETE" })],
  ["DELETE webhooks/:id", webhook.DELETE, (whose) => ({ id: whose.webhook, method: "DELETE" })],
];

describe("single objects", () => {
  test.each(ACTS)("%s answers 404 for another's, byte for byte as for a random id, and leaves it alone", async (_name, handler, make) => {
    const before = await belongingsOf(theirs);
    const [foreign, random] = await Promise.all([call(handler, make(theirs)), call(handler, make(nobody))]);
    expect(foreign.status).toBe(404);
    expect(JSON.parse(foreign.text)).toMatchObject({ code: "ERR_NOT_FOUND" });
    expect(foreign).toEqual(random);
    expect(await belongingsOf(theirs)).toBe(before);
  });

  test("an id that is none answers as an unknown one", async () => {
    const answers = await Promise.all(["x", "' or 1=1 --", "constructor", randomUUID()].map((id) => call(incident.GET, { id })));
    for (const answer of answers) expect(answer).toEqual(answers[3]);
  });
});

/** What ops see of a tenant's things, as bytes. */
async function belongingsOf(whose: Belongings): Promise<string> {
  const scope = ["*"];
  const answers = await Promise.all([
    call(plugin.GET, { id: whose.plugin, tenants: scope }),
    call(incident.GET, { id: whose.incident, tenants: scope }),
    call(person.GET, { id: whose.person, tenants: scope }),
    call(webhooks.GET, { path: `/?tenant_id=${whose.tenant}`, tenants: scope }),
    call(plugins.GET, { path: `/?tenant_id=${whose.tenant}`, tenants: scope }),
  ]);
  return JSON.stringify(answers);
}
