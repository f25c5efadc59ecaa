import { randomUUID } from "node:crypto";
import { APPROVERS, CALENDAR_KEEPERS, list, one, type Row, SAFER } from "../row";

const reason = "the table asks";
const LONG_REASON = "the table asks for it";
const IN_AN_HOUR = () => new Date(Date.now() + 60 * 60 * 1_000).toISOString();

/** An order about something of the platform's that nobody has: a rollout, a freeze. */
const nobodys = (may: Row["may"], body: unknown): Row => ({
  may,
  call: () => ({ params: { id: randomUUID() }, body }),
  status: 404,
  beyond: 404,
});

/** Releases on their way, versions that are pulled, and what machines have to earn. */
export const ROLLOUTS: Readonly<Record<string, Row>> = {
  // Rollouts are the platform's: nobody of one tenant sees or moves any, and these ids nobody has.
  "GET /api/ops/rollouts": list(),
  "GET /api/ops/rollouts/recalls": list(),
  "GET /api/ops/rollouts/[id]": { ...one("plugin"), status: 404 },
  "POST /api/ops/rollouts": {
    may: APPROVERS,
    call: () => ({ body: { release_id: randomUUID(), confirm: "demo-pay 1.0.0", reason: LONG_REASON } }),
    status: 404,
    within: 403,
    beyond: 403,
  },
  "POST /api/ops/rollouts/[id]/pause": nobodys(SAFER, { reason }),
  "POST /api/ops/rollouts/[id]/resume": nobodys(APPROVERS, { confirm: "demo-pay 1.0.0", reason: LONG_REASON }),
  "POST /api/ops/rollouts/[id]/promote": nobodys(APPROVERS, { wave: 0, confirm: "demo-pay 1.0.0", reason: LONG_REASON }),
  "POST /api/ops/rollouts/[id]/abort": nobodys(SAFER, { reason }),
  "POST /api/ops/rollouts/[id]/recall": { ...nobodys(SAFER, { reason }), within: 403, beyond: 403 },
  "GET /api/ops/calendars": list(),
  "POST /api/ops/calendars/freezes": {
    may: CALENDAR_KEEPERS,
    call: ({ tenant }) => ({ body: { scope: "tenant", tenant_id: tenant, ends_at: IN_AN_HOUR(), reason: LONG_REASON } }),
    status: 201,
    beyond: 404,
  },
  "PUT /api/ops/calendars/freezes/[id]": nobodys(CALENDAR_KEEPERS, { ends_at: "2999-01-01T00:00:00Z", reason: LONG_REASON }),
  "POST /api/ops/calendars/freezes/[id]/end": nobodys(CALENDAR_KEEPERS, { reason: LONG_REASON }),
  "PUT /api/ops/tenants/[id]/calendar": {
    may: CALENDAR_KEEPERS,
    call: ({ tenant }) => ({ params: { id: tenant }, body: { time_zone: "Europe/Paris", windows: [], quiet: [], reason } }),
    status: 200,
    beyond: 404,
  },
  "GET /api/ops/policy/autonomy": list(),
  "POST /api/ops/policy/autonomy": {
    may: SAFER,
    call: ({ tenant }) => ({ body: { tenant_id: tenant, action: "patch", reason } }),
    status: 200,
    beyond: 404,
  },
  // 409: nothing has to be earned there, or it is not yet.
  "POST /api/ops/policy/autonomy/promote": {
    may: APPROVERS,
    call: ({ tenant }) => ({ body: { tenant_id: tenant, action: "restart", reason: LONG_REASON } }),
    status: 409,
    beyond: 404,
  },
};
