import { makeOnlineKeys } from "@/lib/delivery/tuf/commands/make-online-keys";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/tuf/online-keys: further keys for snapshot and timestamp, which sign nothing until a root names them. */
export const POST = opsWrite({ command: makeOnlineKeys, fixed: { further: true }, status: 201 });
