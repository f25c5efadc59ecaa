import { dissolveFleet } from "@/lib/incidents/commands/dissolve-fleet";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/fleet/incidents/:id/dissolve { reason }: it is no common fault; each merchant's incident is decided by itself again. */
export const POST = opsWrite({ command: dissolveFleet, params: { id: "fleetId" } });
