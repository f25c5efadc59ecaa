import { changeWebhook } from "@/lib/notify/commands/change-webhook";
import { removeWebhook } from "@/lib/notify/commands/remove-webhook";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** PATCH /api/ops/webhooks/:id { events?, paused?, reason? }: what an address hears of, and whether it rests. */
export const PATCH = opsWrite({ command: changeWebhook, params: { id: "webhookId" } });

/** DELETE /api/ops/webhooks/:id { reason? }: an address is removed, and what still waits for it with it. */
export const DELETE = opsWrite({ command: removeWebhook, params: { id: "webhookId" } });
