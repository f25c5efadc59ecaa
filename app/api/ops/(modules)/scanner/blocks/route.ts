import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";
import { setBlock } from "@/lib/scanner/commands/set-block";
import { listBlocks } from "@/lib/scanner/queries-scanner";

/** GET /api/ops/scanner/blocks: what is closed, by whom and why, and what was opened again lately. */
export const GET = opsRead({ permission: "incident:read", read: () => listBlocks() });

/** POST /api/ops/scanner/blocks { kind, target, reason }: somebody closes a route, an export or a writer by hand. */
export const POST = opsWrite({ command: setBlock, status: 201 });
