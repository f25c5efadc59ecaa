import { z } from "zod";
import { addWebhook } from "@/lib/notify/commands/add-webhook";
import { removeWebhook } from "@/lib/notify/commands/remove-webhook";
import { listWebhooks, revealWebhookSecret, webhooksQuery } from "@/lib/notify/queries";
import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";

/** GET /api/ops/webhooks: addresses for notifications, without their secrets. */
export const GET = opsRead({ permission: "webhook:write", query: webhooksQuery, read: ({ scope, query }) => listWebhooks(scope, query) });

/** POST /api/ops/webhooks { url, events?, tenant_id? }: the secret is shown this once; without a tenant it is one of ops. */
export const POST = opsWrite({
  command: addWebhook,
  status: 201,
  answer: async (endpoint, { scope }) => ({ ...endpoint, secret: await revealWebhookSecret(scope, endpoint.id) }),
});

/** DELETE /api/ops/webhooks?id=: an address is removed, and what still waits for it with it. */
export const DELETE = opsWrite({
  command: removeWebhook,
  query: z.strictObject({ id: z.uuid() }),
  input: (_body, _params, { id }) => ({ webhookId: id }),
});
