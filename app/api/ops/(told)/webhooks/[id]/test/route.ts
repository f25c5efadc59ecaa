import { testWebhook } from "@/lib/notify/commands/test-webhook";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/webhooks/:id/test: a message about nothing goes to the address, on the way of every other; its id finds it among the deliveries. */
export const POST = opsWrite({ command: testWebhook, params: { id: "webhookId" } });
