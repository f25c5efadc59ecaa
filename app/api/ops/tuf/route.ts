import { showRepository } from "@/lib/delivery/tuf/queries-metadata";
import { opsRead } from "@/lib/platform/web/ops-route";

/** GET /api/ops/tuf: who may sign what, who did, until when, and Center's own public keys. */
export const GET = opsRead({ permission: "incident:read", read: ({ now }) => showRepository(now) });
