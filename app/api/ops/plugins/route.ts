import { registerPlugin } from "@/lib/access/commands/register-plugin";
import { revealPluginSecret } from "@/lib/access/plugins/plugin-secrets";
import { listPlugins, pluginsQuery } from "@/lib/access/queries";
import { readTrust } from "@/lib/access/trust";
import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";

/** GET /api/ops/plugins: the fleet, each plugin with its newest word. */
export const GET = opsRead({ permission: "incident:read", query: pluginsQuery, read: ({ scope, query }) => listPlugins(scope, query) });

/** POST /api/ops/plugins { tenant_id, plugin_key, version, probe_url?, payment_volume? }: the secret is shown this once. */
export const POST = opsWrite({
  command: registerPlugin,
  status: 201,
  answer: async ({ secret_version, ...plugin }, { scope, now }) => ({
    ...plugin,
    secret: await revealPluginSecret(scope, plugin.id, secret_version),
    trust: await readTrust(now),
  }),
});
