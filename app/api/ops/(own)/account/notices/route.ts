import { showOwnNotices } from "@/lib/notify/choices/queries-notices";
import { setOwnNotices } from "@/lib/notify/commands/set-own-notices";
import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";

/** GET /api/ops/account/notices: how the caller is told of things. */
export const GET = opsRead({ permission: "session:open", read: ({ actor }) => showOwnNotices(actor) });

/** PUT /api/ops/account/notices: the caller's own language, events, quiet hours. */
export const PUT = opsWrite({ command: setOwnNotices, answer: (_done, { actor }) => showOwnNotices(actor) });
