import { removeWebhook } from "@/lib/notify/commands/remove-webhook";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** DELETE /api/ops/webhooks/:id: the same, by its own address. */
export const DELETE = opsWrite({ command: removeWebhook, params: { id: "webhookId" } });
