import { revokeModule } from "@/lib/modules/registry/commands/revoke-module";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/modules/:key/revoke { reason? }: its secrets and tokens count no more. */
export const POST = opsWrite({ command: revokeModule, params: { key: "module" } });
