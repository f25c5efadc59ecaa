import { opsRead } from "@/lib/platform/web/ops-route";
import { showScanner } from "@/lib/scanner/queries-scanner";

/** GET /api/ops/scanner: what breaks the contract, what is closed because of it, the last scans with their cost, and when the next run. */
export const GET = opsRead({ permission: "incident:read", work: "safety", read: ({ scope, now }) => showScanner(scope, now) });
