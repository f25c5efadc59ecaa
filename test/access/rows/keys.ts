import { APPROVERS, list, type Row, SAFER } from "../row";

const reason = "the table asks";
const DIGEST = `sha256:${"0".repeat(64)}`;
const NOBODY = "00000000-0000-4000-8000-000000000001";
const ENVELOPE = { payloadType: "application/x", payload: "AAAA", signatures: [{ keyid: "a".repeat(64), sig: "AAAA" }] };
const about = { params: { id: NOBODY } };

/** Whose signatures agents count: keys and trust documents, which belong to no tenant. 404 is answered to those who may, of what is not there. */
export const KEYS: Readonly<Record<string, Row>> = {
  "GET /api/ops/approvals": list(),
  "GET /api/ops/approvals/keys": list(),
  // 403: an envelope that proves nothing.
  "POST /api/ops/approvals/keys": { may: APPROVERS, call: () => ({ body: { proof: ENVELOPE } }), status: 409, within: 403, beyond: 403 },
  "POST /api/ops/approvals/keys/[id]/vouch": {
    may: ["security_admin"],
    call: () => ({ ...about, body: { keyid: "a".repeat(64), reason } }),
    status: 404,
    within: 403,
    beyond: 403,
  },
  "POST /api/ops/approvals/keys/[id]/revoke": { may: SAFER, call: () => ({ ...about, body: { reason } }), status: 404, beyond: 404 },
  "GET /api/ops/approvals/trust": list(),
  "POST /api/ops/approvals/trust": { may: ["security_admin"], call: () => ({ body: { reason } }), status: 409, within: 403, beyond: 403 },
  "POST /api/ops/approvals/trust/[id]/sign": {
    may: APPROVERS,
    call: () => ({ ...about, body: { digest: DIGEST, envelope: ENVELOPE } }),
    status: 404,
    beyond: 404,
  },
  "POST /api/ops/approvals/trust/[id]/refuse": {
    may: SAFER,
    call: () => ({ ...about, body: { reason } }),
    status: 404,
    within: 403,
    beyond: 403,
  },
};
