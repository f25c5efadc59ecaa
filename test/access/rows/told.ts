import { makeWebhook } from "../belongings";
import { APPROVERS, EVERYBODY, list, one, PLUGIN_KEEPERS, RECEIVER_KEEPERS, type Row } from "../row";

const reason = "the table asks";

/** What was told to whom: messages and the secrets of their receivers. */
export const TOLD: Readonly<Record<string, Row>> = {
  "GET /api/ops/tenants/leaving": list(["security_admin"]),
  "GET /api/ops/tenants/[id]/offboard": { ...one("tenant"), may: ["security_admin"] },
  // 409: that is not the tenant's slug.
  "POST /api/ops/tenants/[id]/offboard": {
    may: ["security_admin"],
    call: ({ tenant }) => ({ params: { id: tenant }, body: { slug: "not-its-slug", reason: "the table asks for it" } }),
    status: 409,
    within: 403,
    beyond: 403,
  },
  // 409: it is not leaving.
  "POST /api/ops/tenants/[id]/stay": {
    may: ["security_admin"],
    call: ({ tenant }) => ({ params: { id: tenant }, body: { reason: "the table asks for it" } }),
    status: 409,
    within: 403,
    beyond: 403,
  },
  "POST /api/ops/webhooks/[id]/rotate-secret": {
    may: RECEIVER_KEEPERS,
    call: async ({ tenant }) => ({ params: { id: await makeWebhook(tenant) }, body: { reason } }),
    status: 200,
    beyond: 404,
  },
  "PATCH /api/ops/webhooks/[id]": {
    may: RECEIVER_KEEPERS,
    call: async ({ tenant }) => ({ params: { id: await makeWebhook(tenant) }, body: { paused: true } }),
    status: 200,
    beyond: 404,
  },
  "POST /api/ops/webhooks/[id]/test": {
    may: RECEIVER_KEEPERS,
    call: async ({ tenant }) => ({ params: { id: await makeWebhook(tenant) }, body: {} }),
    status: 200,
    beyond: 404,
  },
  "GET /api/ops/deliveries": list(RECEIVER_KEEPERS),
  // 404: nothing was sent about these belongings.
  "GET /api/ops/deliveries/[id]": { ...one("incident"), may: RECEIVER_KEEPERS, status: 404 },
  "POST /api/ops/deliveries/[id]/replay": {
    may: RECEIVER_KEEPERS,
    call: ({ incident }) => ({ params: { id: incident }, body: { reason: "the table asks for it" } }),
    status: 404,
    beyond: 404,
  },
};

/** Support mode: 403, as the table's callers have tokens, and only a browser's session enters. */
export const SUPPORT: Readonly<Record<string, Row>> = {
  "GET /api/ops/support": list(EVERYBODY),
  "POST /api/ops/support": {
    may: ["operator", "security_admin", "pay_admin"],
    call: ({ tenant }) => ({ body: { tenant_id: tenant, reason: "the table asks for it" } }),
    status: 403,
    beyond: 404,
  },
  // 404: nobody looks at anything of these.
  "POST /api/ops/support/[id]/leave": {
    may: EVERYBODY,
    call: ({ request }) => ({ params: { id: request }, body: {} }),
    status: 404,
    beyond: 404,
  },
};

/** Who is told and woken. */
export const CALLED: Readonly<Record<string, Row>> = {
  "GET /api/ops/account/notices": list(EVERYBODY),
  // 409: choices are kept with the record of a person, and the table's callers have tokens alone.
  "PUT /api/ops/account/notices": {
    may: EVERYBODY,
    call: () => ({
      body: { language: "fr", email_events: null, time_zone: null, quiet_from: null, quiet_to: null, critical_wakes: false },
    }),
    status: 409,
    beyond: 409,
  },
  "GET /api/ops/tenants/[id]/notices": { ...one("tenant"), may: RECEIVER_KEEPERS },
  "PUT /api/ops/tenants/[id]/notices": {
    may: RECEIVER_KEEPERS,
    call: ({ tenant }) => ({ params: { id: tenant }, body: { language: "fr" } }),
    status: 200,
    beyond: 404,
  },
  "GET /api/ops/on-call": list(),
  "PUT /api/ops/on-call": {
    may: [...APPROVERS, "security_admin"],
    call: () => ({ body: { area: "any", severity: "low", people: [], reason: "the table asks for it" } }),
    status: 200,
    within: 403,
    beyond: 403,
  },
  "POST /api/ops/plugins/[id]/bind-certificate": {
    may: PLUGIN_KEEPERS,
    call: ({ plugin }) => ({ params: { id: plugin }, body: { spki_sha256: "a".repeat(64), reason: "the table asks for it" } }),
    status: 200,
    beyond: 404,
  },
};
