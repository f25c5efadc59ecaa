import { acknowledgeFleet } from "@/lib/incidents/commands/acknowledge-fleet";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/fleet/incidents/:id/acknowledge { reason? }: the caller has it, and nobody else is woken for it. */
export const POST = opsWrite({ command: acknowledgeFleet, params: { id: "fleetId" } });
