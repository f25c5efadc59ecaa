import { rollBackReleases } from "@/lib/modules/releases/commands/roll-back-releases";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/module-releases/:id/rollback { reason }: goes back to this set of versions; modules are ordered, Center's own part is said. */
export const POST = opsWrite({ command: rollBackReleases, params: { id: "releaseId" }, status: 201 });
