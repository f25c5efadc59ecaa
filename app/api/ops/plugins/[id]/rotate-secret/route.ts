import { rotateSecret } from "@/lib/access/commands/rotate-secret";
import { revealPluginSecret } from "@/lib/access/plugins/plugin-secrets";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/plugins/:id/rotate-secret { reason? }: a new secret, shown this once; the one before stays good for a day. */
export const POST = opsWrite({
  command: rotateSecret,
  params: { id: "pluginId" },
  answer: async ({ secret_version, ...rotated }, { scope }) => ({
    ...rotated,
    secret: await revealPluginSecret(scope, rotated.id, secret_version),
  }),
});
