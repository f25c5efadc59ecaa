import { changeRule } from "@/lib/detection/commands/change-rule";
import { listRules } from "@/lib/detection/queries";
import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";

/** GET /api/ops/rules: every static rule as it runs now. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope }) => listRules(scope) });

/** PUT /api/ops/rules { id, enabled?, params?, version?, reason? }: thresholds that are not named stay as they are. */
export const PUT = opsWrite({ command: changeRule });

/** POST does the same, for clients that cannot PUT. */
export const POST = opsWrite({ command: changeRule });
