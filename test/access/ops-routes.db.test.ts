import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import * as killSwitch from "@/app/api/ops/(safety)/kill-switch/route";
import * as approve from "@/app/api/ops/(safety)/switches/requests/[id]/approve/route";
import * as webhooks from "@/app/api/ops/(told)/webhooks/route";
import * as attempts from "@/app/api/ops/autopatch-attempts/route";
import * as people from "@/app/api/ops/people/route";
import * as incident from "@/app/api/ops/plugin-incidents/[id]/route";
import * as incidents from "@/app/api/ops/plugin-incidents/route";
import * as rotate from "@/app/api/ops/plugins/[id]/rotate-secret/route";
import * as plugins from "@/app/api/ops/plugins/route";
import * as policy from "@/app/api/ops/policy/route";
import * as artifact from "@/app/api/ops/releases/[id]/artifact/route";
import * as releases from "@/app/api/ops/releases/route";
import * as rules from "@/app/api/ops/rules/route";
import * as tenants from "@/app/api/ops/tenants/route";
import { packVersion } from "@/examples/shop/pack.mjs";
import { LIMITS } from "@/lib/platform/limits";
import type { OpsHandler } from "@/lib/platform/web/ops-route";
import { makeAttempt, makeIncident, makePlan, makePlugin, makeTenant } from "@/test/factories";
import { type CallOptions, opsRequest } from "@/test/identity/bearer";

async function call(handler: OpsHandler, options: CallOptions & { path?: string; id?: string } = {}) {
  const { path = "/api/ops", id, ...given } = options;
  const params: Record<string, string> = id === undefined ? {} : { id };
  const response = await handler(await opsRequest(path, given), { params: Promise.resolve(params) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
}
const slug = () => `shop-${randomUUID()}`;

describe("the contract's shapes", () => {
  test("a tenant, a plugin with its secret and trust, and the fleet", async () => {
    const tenant = await call(tenants.POST, { body: { slug: slug(), name: "Atlas" } });
    expect(tenant).toMatchObject({ status: 201, json: { id: expect.any(String), name: "Atlas" } });
    const body = {
      tenant_id: tenant.json.id,
      plugin_key: "demo-pay",
      version: "1.2.2",
      probe_url: "https://atlas.test/",
      payment_volume: 120,
    };
    const made = await call(plugins.POST, { body });
    expect(made).toMatchObject({ status: 201, json: { ...body, secret: expect.stringMatching(/^whsec_/) } });
    expect(made.json.trust).toMatchObject({ keys: [{ keyid: expect.stringMatching(/^[0-9a-f]{64}$/) }], approver_keys: [], threshold: 2 });
    expect(made.headers.get("cache-control")).toBe("no-store");
    const fleet = await call(plugins.GET, { path: `/?tenant_id=${tenant.json.id}` });
    expect(fleet.json).toMatchObject({ items: [{ id: made.json.id, last_seen: null, tenant_name: "Atlas" }], next_cursor: null });
    expect(fleet.text).not.toContain("whsec_");
    const rotated = await call(rotate.POST, { id: made.json.id, method: "POST" });
    expect(rotated.json).toMatchObject({ id: made.json.id, secret: expect.stringMatching(/^whsec_/) });
    expect(rotated.json.secret).not.toBe(made.json.secret);
  });

  test("a repeated idempotency key shows the same secret again, another body is refused", async () => {
    const { id: tenant_id } = await makeTenant();
    const headers = { "idempotency-key": randomUUID() };
    const body = { tenant_id, plugin_key: "demo-pay", version: "1.2.2" };
    const [first, second] = [await call(plugins.POST, { body, headers }), await call(plugins.POST, { body, headers })];
    expect(second.json).toEqual(first.json);
    const other = await call(plugins.POST, { body: { ...body, version: "1.2.3" }, headers });
    expect(other).toMatchObject({ status: 422, json: { code: "ERR_IDEMPOTENCY_REUSED" } });
  });

  test("an incident's item and detail", async () => {
    const found = await makeIncident(await makePlugin((await makeTenant()).id));
    const plan = await makePlan(found);
    const list = await call(incidents.GET, { path: `/?plugin_id=${found.pluginId}` });
    const item = {
      id: found.id,
      tenant_id: found.tenantId,
      plugin_id: found.pluginId,
      plugin_key: "demo-pay",
      type: "webhook_fail_rate",
      severity: "low",
      status: "open",
      opened_at: found.openedAt.toISOString(),
      detected_at: found.detectedAt.toISOString(),
      resolved_at: null,
      telemetry_snapshot: { webhook_fail_rate: 0.6 },
      sira_decision: null,
      plan_digest: plan.digest,
      approvals: { required: 2, given: 0 },
    };
    expect(list.json).toMatchObject({ items: [item], next_cursor: null });
    const detail = await call(incident.GET, { id: found.id });
    expect(detail.json).toMatchObject({
      ...item,
      timeline: [{ kind: "opened" }],
      plans: [{ digest: plan.digest, approvals: [] }],
      attempts: [],
    });
  });

  test("an attempt's item", async () => {
    const tried = await makeAttempt(await makeIncident(await makePlugin((await makeTenant()).id)));
    const list = await call(attempts.GET, { path: `/?status=pending,staging&plugin_id=${tried.pluginId}` });
    expect(list.json).toMatchObject({
      items: [
        {
          id: tried.id,
          from_version: "1.2.2",
          to_version: "1.2.3",
          method: "update",
          staging_report: null,
          health_report: null,
          events: [{ to_status: "pending" }],
        },
      ],
    });
  });

  test("a release: the manifest as the packer writes it, then its bytes", async () => {
    const { bytes, manifest } = packVersion("1.2.3");
    const announced = await call(releases.POST, { body: { ...manifest, channel: "stable", fixes: ["webhook_fail_rate"] } });
    expect(announced).toMatchObject({ status: 201, json: { status: "draft", author: "ops@center.test", smoke_tests: ["smoke.mjs"] } });
    const wrong = await call(artifact.PUT, { id: announced.json.id, method: "PUT", body: new Uint8Array(bytes.subarray(1)) });
    expect(wrong).toMatchObject({ status: 422, json: { code: "ERR_ARTIFACT_MISMATCH" } });
    const stored = await call(artifact.PUT, { id: announced.json.id, method: "PUT", body: new Uint8Array(bytes) });
    expect(stored).toMatchObject({ status: 200, json: { id: announced.json.id, status: "published" } });
  });

  test("a webhook's secret is shown once", async () => {
    const { id: tenant_id } = await makeTenant();
    const added = await call(webhooks.POST, { body: { tenant_id, url: "https://hooks.shop.test/" } });
    expect(added).toMatchObject({ status: 201, json: { tenant_id, secret: expect.stringMatching(/^whsec_/) } });
    expect((await call(webhooks.GET)).text).not.toContain("whsec_");
  });

  test("a person: invited, the answer shows a link, the same again to who repeats the order; their password is theirs to choose", async () => {
    const body = { email: `${randomUUID()}@Center.test`, name: "Ada", roles: ["viewer"], tenants: ["*"] };
    const admin = { roles: ["security_admin"], authTime: new Date(), amr: ["otp"] };
    const made = await call(people.POST, { body, ...admin });
    expect(made).toMatchObject({ status: 201, json: { email: body.email.toLowerCase(), disabled: false } });
    expect(made.json).not.toHaveProperty("link");
    const invited = { ...body, email: `${randomUUID()}@center.test`, invite: true };
    const headers = { "idempotency-key": randomUUID() };
    const invite = () => call(people.POST, { body: invited, ...admin, headers });
    const [first, second] = [await invite(), await invite()];
    expect(first.json.link.url).toMatch(/\/signin\/link#[0-9a-f-]{36}\.[\w-]{43}$/);
    expect(second.json).toEqual(first.json);
    const chosen = await call(people.POST, {
      body: { ...body, email: `${randomUUID()}@center.test`, password: "correct horse battery" },
      ...admin,
    });
    expect(chosen).toMatchObject({ status: 422 });
  });

  test("giving rights needs a second factor, and the refusal names what it is to be shown for", async () => {
    const body = { email: `${randomUUID()}@center.test`, name: "Ada", roles: ["viewer"], tenants: ["*"] };
    const refused = await call(people.POST, { body, roles: ["security_admin"] });
    expect(refused).toMatchObject({ status: 403, json: { code: "ERR_STEP_UP", digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) } });
    expect((await call(people.POST, { body: { ...body, roles: [] }, roles: ["security_admin"] })).status).toBe(201);
  });

  test("policy: what GET gave can be PUT back; a stale version is a conflict", async () => {
    const seen = (await call(policy.GET)).json;
    expect(seen).toMatchObject({ autopatch_enabled: true, whitelist: [], severity_threshold: "medium", health_check_seconds: 90 });
    const changed = await call(policy.PUT, { method: "PUT", body: { ...seen, health_check_seconds: 60, reason: "demo" } });
    expect(changed).toMatchObject({ status: 200, json: { health_check_seconds: 60, version: seen.version + 1 } });
    expect(await call(policy.PUT, { method: "PUT", body: { ...seen } })).toMatchObject({ status: 409 });
    const wrong = await call(policy.PUT, { method: "PUT", body: { confidence_threshold: 2 } });
    expect(wrong).toMatchObject({ status: 422, json: { errors: [{ path: "confidence_threshold" }] } });
  });

  test("a rule's threshold", async () => {
    const changed = await call(rules.PUT, { method: "PUT", body: { id: "webhook_fail_rate", params: { low: 0.3 }, reason: "noisy" } });
    expect(changed).toMatchObject({ status: 200, json: { id: "webhook_fail_rate", params: { low: 0.3, medium: 0.5 }, version: 1 } });
  });

  test("the kill switch: on by one person, off by nobody alone", async () => {
    expect(await call(killSwitch.POST, { body: { on: true, reason: "storm" } })).toMatchObject({
      status: 200,
      json: { name: "kill_switch", scope: "global", on: true },
    });
    expect((await call(policy.GET)).json.autopatch_enabled).toBe(false);
    const off = { body: { on: false, reason: "over" } };
    const asked = await call(killSwitch.POST, off);
    expect(asked).toMatchObject({
      status: 202,
      json: { request_id: expect.any(String), digest: expect.stringMatching(/^sha256:/), approvals: { required: 1, given: 0 } },
    });
    const wish = { id: asked.json.request_id, body: { digest: asked.json.digest, reason: "checked" } };
    const fresh = { authTime: new Date(), amr: ["pwd", "otp"] };
    const second = { roles: ["security_admin"], email: "second@center.test" } as const;
    expect(await call(approve.POST, { ...wish, roles: ["security_admin"], ...fresh })).toMatchObject({
      status: 403,
      json: { code: "ERR_SECOND_PERSON" },
    });
    expect(await call(approve.POST, { ...wish, ...second, roles: ["approver"], ...fresh })).toMatchObject({ status: 403 });
    expect(await call(approve.POST, { ...wish, ...second })).toMatchObject({ status: 403, json: { code: "ERR_STEP_UP" } });
    expect((await call(policy.GET)).json.autopatch_enabled).toBe(false);
    expect(await call(approve.POST, { ...wish, ...second, ...fresh })).toMatchObject({ status: 200, json: { status: "executed" } });
    expect((await call(policy.GET)).json.autopatch_enabled).toBe(true);
    expect(await call(policy.PUT, { method: "PUT", body: { autopatch_enabled: false, reason: "again" } })).toMatchObject({ status: 200 });
    const again = await call(policy.PUT, { method: "PUT", body: { autopatch_enabled: true, reason: "over" } });
    expect(again).toMatchObject({ status: 202, json: { request_id: expect.any(String) } });
    await call(policy.PUT, { method: "PUT", body: { health_check_seconds: 77 } });
    const late = { id: again.json.request_id, body: { digest: again.json.digest, reason: "checked" }, ...second, ...fresh };
    expect(await call(approve.POST, late)).toMatchObject({ status: 409, json: { code: "ERR_VOID" } });
  });
});

describe("a page walks through everything once, newest first", () => {
  test("across equal instants", async () => {
    const plugin = await makePlugin((await makeTenant()).id);
    const openedAt = new Date("2026-01-01T00:00:00.000Z");
    const made: string[] = [];
    for (let count = 0; count < 5; count += 1) made.push((await makeIncident(plugin, { status: "closed", openedAt })).id);
    const walked: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: { json: { items: { id: string }[]; next_cursor: string | null } } = await call(incidents.GET, {
        path: `/?plugin_id=${plugin.id}&limit=2${cursor && `&cursor=${cursor}`}`,
      });
      walked.push(...page.json.items.map(({ id }) => id));
      cursor = page.json.next_cursor;
    }
    expect(walked).toEqual(made.sort().reverse());
  });

  test("filters narrow it down", async () => {
    const plugin = await makePlugin((await makeTenant()).id);
    const old = await makeIncident(plugin, { status: "closed", severity: "high", openedAt: new Date("2026-01-01T00:00:00.000Z") });
    const young = await makeIncident(plugin, { severity: "low", openedAt: new Date("2026-02-01T00:00:00.000Z") });
    const ids = async (filter: string) =>
      (await call(incidents.GET, { path: `/?plugin_id=${plugin.id}&${filter}` })).json.items.map(({ id }: { id: string }) => id);
    expect(await ids("status=open,closed")).toEqual([young.id, old.id]);
    expect(await ids("severity=high")).toEqual([old.id]);
    expect(await ids("from=2026-01-15T00:00:00Z")).toEqual([young.id]);
    expect(await ids("to=2026-01-15T00:00:00%2B01:00")).toEqual([old.id]);
    expect(await ids(`q=${old.id.slice(-12)}`)).toEqual([old.id]);
    expect(await ids("q=%25")).toEqual([young.id, old.id]);
    expect(await ids("q=_%25_")).toEqual([]);
  });
});

describe("what is refused before anything happens", () => {
  test.each([
    "limit=0",
    "limit=201",
    "limit=-1",
    "limit=1e9",
    "limit=1&limit=2",
    "sort=id",
    "order=desc",
    'sort=id";--',
    "status=constructor",
    "tenant_id=x",
    "cursor=x",
    "from=yesterday",
    "limit[]=1",
  ])("?%s is 400", async (query) => {
    expect((await call(incidents.GET, { path: `/?${query}` })).status).toBe(400);
  });

  test.each(["tenant_id", "level", "status", "approved_by", "id", "createdAt", "isDisabled", "created_at", "constructor"])(
    "%s smuggled into a body is 422",
    async (field) => {
      const answer = await call(tenants.POST, { body: { slug: slug(), name: "Atlas", [field]: randomUUID() } });
      expect(answer).toMatchObject({ status: 422, json: { errors: expect.any(Array) } });
    },
  );

  test("an unknown field is named by its path, as the caller wrote it", async () => {
    const { id: tenant_id } = await makeTenant();
    const answer = await call(plugins.POST, { body: { tenant_id, plugin_key: "demo-pay", version: "1.0.0", payment_volumes: 1 } });
    expect(answer).toMatchObject({ status: 422, json: { errors: [{ path: "payment_volumes", message: "unknown field" }] } });
  });

  test("a body in another case than the API's, or about what the path says, is 422", async () => {
    const { id: tenantId } = await makeTenant();
    expect((await call(plugins.POST, { body: { tenantId, plugin_key: "demo-pay", version: "1.0.0" } })).status).toBe(422);
    const plugin = await makePlugin(tenantId);
    expect((await call(rotate.POST, { id: plugin.id, body: { plugin_id: plugin.id } })).status).toBe(422);
    expect((await call(killSwitch.POST, { body: { on: true, reason: "x", scope: "tenant" } })).status).toBe(422);
  });

  test("errors name fields as the caller wrote them", async () => {
    const answer = await call(plugins.POST, { body: { tenant_id: "x", plugin_key: "demo-pay", version: "1.0.0" } });
    expect(answer.json.errors).toMatchObject([{ path: "tenant_id" }]);
  });

  test.each([
    ["no token", 401, { bearer: null }],
    ["no role that may", 403, { roles: ["viewer"] }],
    ["a role nobody knows", 403, { roles: ["root"] }],
    ["another content type", 415, { headers: { "content-type": "text/plain" } }],
    ["a key twice", 400, { raw: '{"slug":"a","slug":"b","name":"x"}' }],
    ["an array", 422, { raw: "[]" }],
    ["too large", 413, { raw: JSON.stringify({ slug: "a", name: "x".repeat(LIMITS.opsBodyBytes) }) }],
    ["an empty idempotency key", 400, { headers: { "idempotency-key": "" } }],
  ] as const)("%s: %i", async (_what, status, given) => {
    const { raw, ...options } = { raw: undefined, ...given } as CallOptions & { raw?: string };
    const body = raw === undefined ? { slug: slug(), name: "Atlas" } : Buffer.from(raw);
    const headers = { "content-type": "application/json", ...options.headers };
    expect((await call(tenants.POST, { ...options, body, headers })).status).toBe(status);
  });
});
