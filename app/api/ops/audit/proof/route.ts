import { proofQuery, showProof } from "@/lib/audit/queries-proofs";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/audit/proof?seq= or ?id= (&size=): that an entry is in the log; ?from=&to=: that the longer log begins with the shorter. */
export const GET = opsRead({
  permission: "audit:read",
  work: "safety",
  query: proofQuery,
  read: ({ scope, query }) => showProof(scope, query),
});
