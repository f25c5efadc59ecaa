import { switchDetectors } from "@/lib/detection/commands/switch-detectors";
import { listDetectors } from "@/lib/detection/queries";
import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";

/** GET /api/ops/rules/detectors: where the detectors over metrics were switched off or on; they are on wherever nothing is said. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope }) => listDetectors(scope) });

/** PUT /api/ops/rules/detectors { on, tenant_id?, reason }: everywhere, or for one tenant. */
export const PUT = opsWrite({ command: switchDetectors });
