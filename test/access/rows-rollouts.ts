import { randomUUID } from "node:crypto";
import { APPROVERS, list, one, type Row, SAFER } from "./row";

const reason = "the table asks";
const LONG_REASON = "the table asks for it";

/** A move of a rollout that nobody has. */
const nobodysRollout = (may: Row["may"], body: unknown): Row => ({
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
  "POST /api/ops/rollouts/[id]/pause": nobodysRollout(SAFER, { reason }),
  "POST /api/ops/rollouts/[id]/resume": nobodysRollout(APPROVERS, { confirm: "demo-pay 1.0.0", reason: LONG_REASON }),
  "POST /api/ops/rollouts/[id]/promote": nobodysRollout(APPROVERS, { wave: 0, confirm: "demo-pay 1.0.0", reason: LONG_REASON }),
  "POST /api/ops/rollouts/[id]/abort": nobodysRollout(SAFER, { reason }),
  "POST /api/ops/rollouts/[id]/recall": { ...nobodysRollout(SAFER, { reason }), within: 403, beyond: 403 },
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
