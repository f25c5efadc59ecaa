import { randomUUID } from "node:crypto";
import { askOff, makeMember, makeWebhook } from "../belongings";
import {
  APPROVERS,
  EVERYBODY,
  list,
  OPERATORS,
  one,
  PEOPLE_KEEPERS,
  PLUGIN_KEEPERS,
  READERS,
  RECEIVER_KEEPERS,
  type Row,
  SAFER,
} from "../row";

const reason = "the table asks";
const DIGEST = `sha256:${"0".repeat(64)}`;
const word = () => randomUUID();

/** The manifest of a version that nobody has announced before. */
const manifest = () => ({ plugin_key: `table-${word()}`, version: "1.0.0", sha256: "a".repeat(64), length: 10 });

/** What no key signed: whoever may bring metadata is told so, the others never get that far. */
const unsigned = { documents: [{ role: "root", text: "{}" }] };
/** Plugins, incidents, attempts and releases. */
export const HEALING: Readonly<Record<string, Row>> = {
  "GET /api/ops/fleet": list(),
  "GET /api/ops/plugins": list(),
  "GET /api/ops/plugins/[id]": one("plugin"),
  "GET /api/ops/plugins/[id]/series": one("plugin", "?metric=webhook_fail_rate"),
  "GET /api/ops/plugins/[id]/streams": one("plugin"),
  "GET /api/ops/plugins/[id]/refusals": one("plugin"),
  "GET /api/ops/plugins/[id]/stream": one("plugin", "?metric=queue_depth"),
  "GET /api/ops/plugins/[id]/stream/export": one("plugin", "?metric=queue_depth"),
  "POST /api/ops/plugins": {
    may: PLUGIN_KEEPERS,
    call: ({ tenant }) => ({ body: { tenant_id: tenant, plugin_key: "demo-pay", version: "1.0.0" } }),
    status: 201,
    beyond: 404,
  },
  "POST /api/ops/sandbox/plugins": {
    may: PLUGIN_KEEPERS,
    call: () => ({ body: { version: "1.0.0" } }),
    status: 201,
    within: 403,
    beyond: 403,
  },
  "POST /api/ops/plugins/[id]/rotate-secret": {
    may: PLUGIN_KEEPERS,
    call: ({ plugin }) => ({ params: { id: plugin }, body: {} }),
    status: 200,
    beyond: 404,
  },
  "POST /api/ops/plugins/[id]/revoke": {
    may: PLUGIN_KEEPERS,
    call: ({ spare }) => ({ params: { id: spare }, body: { reason } }),
    status: 200,
    beyond: 404,
  },
  "GET /api/ops/plugin-incidents": list(),
  "GET /api/ops/plugin-incidents/[id]": one("incident"),
  // 409: the caller may approve, and this is not today's plan.
  "POST /api/ops/plugin-incidents/[id]/approve": {
    may: APPROVERS,
    call: ({ incident }) => ({ params: { id: incident }, body: { plan_digest: DIGEST, reason } }),
    status: 409,
    beyond: 404,
  },
  "POST /api/ops/plugin-incidents/[id]/refuse": {
    may: APPROVERS,
    call: ({ incident }) => ({ params: { id: incident }, body: { plan_digest: DIGEST, reason } }),
    status: 409,
    beyond: 404,
  },
  "POST /api/ops/plugin-incidents/[id]/manual-action": {
    may: OPERATORS,
    call: ({ incident }) => ({ params: { id: incident }, body: { action: "comment", reason } }),
    status: 200,
    beyond: 404,
  },
  "GET /api/ops/fleet/incidents": list(),
  // 404: whoever acts for all tenants may, and there is none of that id.
  "POST /api/ops/fleet/incidents/[id]/dissolve": {
    may: OPERATORS,
    call: () => ({ params: { id: randomUUID() }, body: { reason } }),
    status: 404,
    within: 403,
    beyond: 403,
  },
  "POST /api/ops/fleet/incidents/[id]/acknowledge": {
    may: OPERATORS,
    call: () => ({ params: { id: randomUUID() }, body: {} }),
    status: 404,
    within: 403,
    beyond: 403,
  },
  "GET /api/ops/autopatch-attempts": list(),
  "GET /api/ops/autopatch-attempts/[id]": one("attempt"),
  // Releases are their vendors': everybody who may read sees the same, nobody of one tenant announces any.
  "GET /api/ops/releases": list(),
  "GET /api/ops/releases/[id]": { ...one("plugin"), status: 404 },
  "POST /api/ops/releases": { may: OPERATORS, call: () => ({ body: manifest() }), status: 201, within: 403, beyond: 403 },
  "POST /api/ops/releases/[id]/recall": {
    may: SAFER,
    call: () => ({ params: { id: randomUUID() }, body: { reason } }),
    status: 404,
    within: 403,
    beyond: 403,
  },
  "PUT /api/ops/releases/[id]/artifact": {
    may: OPERATORS,
    call: () => ({ params: { id: randomUUID() }, body: Buffer.from("no artifact") }),
    status: 404,
    within: 403,
    beyond: 403,
  },
  "GET /api/ops/tuf": list(),
  "POST /api/ops/tuf/root": { may: ["security_admin"], call: () => ({ body: unsigned }), status: 422, within: 403, beyond: 403 },
  // 409: nobody established a repository here.
  "POST /api/ops/tuf/metadata": { may: OPERATORS, call: () => ({ body: unsigned }), status: 409, within: 403, beyond: 403 },
  "POST /api/ops/tuf/online-keys": { may: ["security_admin"], call: () => ({ body: {} }), status: 201, within: 403, beyond: 403 },
};

/** Who is who: tenants, people, second factors, receivers of notifications. */
export const WHO: Readonly<Record<string, Row>> = {
  "GET /api/ops/tenants": list(),
  "POST /api/ops/tenants": {
    may: OPERATORS,
    call: () => ({ body: { slug: `table-${word()}`, name: "Table" } }),
    status: 201,
    within: 403,
    beyond: 403,
  },
  "GET /api/ops/people": list(PEOPLE_KEEPERS),
  "GET /api/ops/people/[id]": { ...one("person"), may: PEOPLE_KEEPERS },
  "POST /api/ops/people": {
    may: PEOPLE_KEEPERS,
    call: ({ tenant }) => ({ body: { email: `${word()}@table.test`, name: "Table", roles: ["viewer"], tenants: [tenant] } }),
    status: 201,
    beyond: 403,
  },
  "PATCH /api/ops/people/[id]": {
    may: PEOPLE_KEEPERS,
    call: async ({ tenant }) => ({ params: { id: await makeMember(tenant) }, body: { disabled: true, reason } }),
    status: 200,
    beyond: 404,
  },
  // 403: the platform made this record, so within a tenant nobody gets to choose its password.
  "POST /api/ops/people/[id]/link": {
    may: ["security_admin"],
    call: ({ person }) => ({ params: { id: person }, body: { reason } }),
    status: 201,
    within: 403,
    beyond: 404,
  },
  // 409: that is no disabled person.
  "POST /api/ops/people/[id]/erase": {
    may: ["security_admin"],
    call: ({ person }) => ({ params: { id: person }, body: { email: "not.theirs@table.test", reason: "the table asks for it" } }),
    status: 409,
    within: 403,
    beyond: 403,
  },
  "GET /api/ops/people/[id]/sessions": { ...one("person"), may: PEOPLE_KEEPERS },
  "GET /api/ops/sessions": list(EVERYBODY),
  "POST /api/ops/sessions/[id]/revoke": {
    may: PEOPLE_KEEPERS,
    call: ({ session }) => ({ params: { id: session }, body: { reason } }),
    status: 200,
    beyond: 404,
  },
  // 409: the table's callers have no password here.
  "PUT /api/ops/account/password": {
    may: EVERYBODY,
    call: () => ({ body: { current: "correct horse battery", password: "battery horse correct" } }),
    status: 409,
    beyond: 409,
  },
  "GET /api/ops/webhooks": list(RECEIVER_KEEPERS),
  "POST /api/ops/webhooks": {
    may: RECEIVER_KEEPERS,
    call: ({ tenant }) => ({ body: { tenant_id: tenant, url: "https://hooks.shop.test/" } }),
    status: 201,
    beyond: 404,
  },
  "DELETE /api/ops/webhooks": {
    may: RECEIVER_KEEPERS,
    call: async ({ tenant }) => ({ search: `?id=${await makeWebhook(tenant)}` }),
    status: 200,
    beyond: 404,
  },
  "DELETE /api/ops/webhooks/[id]": {
    may: RECEIVER_KEEPERS,
    call: async ({ tenant }) => ({ params: { id: await makeWebhook(tenant) } }),
    status: 200,
    beyond: 404,
  },
};

/** What bounds everybody: policy, rules, switches, and the ways to stop. */
export const BOUNDS: Readonly<Record<string, Row>> = {
  "GET /api/ops/policy": list(),
  "PUT /api/ops/policy": {
    may: [...APPROVERS, "security_admin"],
    call: () => ({ body: { health_check_seconds: 90, reason } }),
    status: 200,
    within: 403,
    beyond: 403,
  },
  "GET /api/ops/sira": list(),
  "GET /api/ops/sira/decisions": list(),
  // 404: these belongings were never decided about.
  "GET /api/ops/sira/decisions/[id]": { ...one("incident"), status: 404 },
  "POST /api/ops/sira/time-machine": {
    may: READERS,
    call: () => ({ body: { days: 1, policy: { confidence_threshold: 0.9 } } }),
    status: 200,
    beyond: 200,
  },
  // 404: no such model was ever fitted.
  "POST /api/ops/sira/models/promote": {
    may: [...APPROVERS, "security_admin"],
    call: () => ({ body: { version: `sira-${word()}`, from: "sira-v0", reason } }),
    status: 404,
    within: 403,
    beyond: 403,
  },
  // 409: there is nothing before the static rules.
  "POST /api/ops/sira/models/rollback": {
    may: SAFER,
    call: () => ({ body: { from: "sira-v0", reason } }),
    status: 409,
    within: 403,
    beyond: 403,
  },
  "PUT /api/ops/sira/holdout": {
    may: [...APPROVERS, "security_admin"],
    call: () => ({ body: { share: 0, reason } }),
    status: 200,
    within: 403,
    beyond: 403,
  },
  "GET /api/ops/rules/detectors": list(),
  "PUT /api/ops/rules/detectors": {
    may: OPERATORS,
    call: () => ({ body: { on: false, tenant_id: randomUUID(), reason } }),
    status: 404,
    within: 403,
    beyond: 403,
  },
  "GET /api/ops/rules": list(),
  "PUT /api/ops/rules": {
    may: OPERATORS,
    call: () => ({ body: { id: "webhook_fail_rate", enabled: true, reason } }),
    status: 200,
    within: 403,
    beyond: 403,
  },
  "POST /api/ops/rules": {
    may: OPERATORS,
    call: () => ({ body: { id: "webhook_fail_rate", enabled: true, reason } }),
    status: 200,
    within: 403,
    beyond: 403,
  },
  "GET /api/ops/switches": list(),
  "POST /api/ops/switches": {
    may: SAFER,
    call: ({ tenant }) => ({ body: { name: "kill_switch", scope: "tenant", tenant_id: tenant, on: true, reason } }),
    status: 200,
    beyond: 404,
  },
  // 409: the caller may agree, and this is not the digest of what was asked for.
  "POST /api/ops/switches/requests/[id]/approve": {
    may: ["security_admin"],
    call: ({ request }) => ({ params: { id: request }, body: { digest: DIGEST, reason } }),
    status: 409,
    beyond: 404,
  },
  "POST /api/ops/switches/requests/[id]/decline": {
    may: SAFER,
    call: async ({ tenant }) => ({ params: { id: await askOff(tenant) }, body: { reason } }),
    status: 200,
    beyond: 404,
  },
  "POST /api/ops/kill-switch": { may: SAFER, call: () => ({ body: { on: true, reason } }), status: 200, within: 403, beyond: 403 },
  "GET /api/ops/emergency-rollback": list(READERS),
  "POST /api/ops/emergency-rollback": {
    may: SAFER,
    call: ({ tenant }) => ({ body: { scope: { tenant_id: tenant }, reason: "the table asks for it" } }),
    status: 200,
    beyond: 404,
  },
};
