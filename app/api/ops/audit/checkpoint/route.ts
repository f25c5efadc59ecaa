import { showCheckpoint } from "@/lib/audit/queries-proofs";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/audit/checkpoint: the newest signed checkpoint, and the keys to check it by. */
export const GET = opsRead({ permission: "audit:read", work: "safety", read: () => showCheckpoint() });
