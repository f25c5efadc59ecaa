import { registerSandboxPlugin } from "@/lib/access/commands/register-sandbox-plugin";
import { revealPluginSecret } from "@/lib/access/plugins/plugin-secrets";
import { readTrust } from "@/lib/access/trust";
import { environment } from "@/lib/platform/env";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/sandbox/plugins { version? }: a plugin for its author to try things out with; its secret is shown this once, its page says why a message was refused. */
export const POST = opsWrite({
  command: registerSandboxPlugin,
  status: 201,
  answer: async ({ secret_version, ...plugin }, { scope, now }) => ({
    ...plugin,
    secret: await revealPluginSecret(scope, plugin.id, secret_version),
    page: `${environment().publicUrl}/fleet/${plugin.id}`,
    trust: await readTrust(now),
  }),
});
