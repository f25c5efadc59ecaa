import { rotateWebhookSecret } from "@/lib/notify/commands/rotate-webhook-secret";
import { revealWebhookSecret } from "@/lib/notify/queries";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/webhooks/:id/rotate-secret { reason? }: a new secret, shown this once; the one before signs along for a day. */
export const POST = opsWrite({
  command: rotateWebhookSecret,
  params: { id: "webhookId" },
  answer: async (endpoint, { scope }) => ({ ...endpoint, secret: await revealWebhookSecret(scope, endpoint.id) }),
});
