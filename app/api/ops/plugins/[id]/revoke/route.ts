import { revokePlugin } from "@/lib/access/commands/revoke-plugin";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/plugins/:id/revoke { reason? }: its signatures count no more, on every instance within seconds. */
export const POST = opsWrite({ command: revokePlugin, params: { id: "pluginId" } });
