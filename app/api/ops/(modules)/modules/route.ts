import { ingestTokenDigest, makeIngestToken } from "@/lib/access/modules/module-secrets";
import { revealModuleSecret } from "@/lib/access/modules/queries-modules";
import { readTrust } from "@/lib/access/trust";
import { runCommand } from "@/lib/gateway/run-command";
import { makeModuleToken } from "@/lib/modules/registry/commands/make-module-token";
import { registerModule } from "@/lib/modules/registry/commands/register-module";
import { listModules } from "@/lib/modules/registry/queries-modules";
import { opsRead, opsWrite } from "@/lib/platform/web/ops-route";

/** GET /api/ops/modules: the platform's modules, the worst first. */
export const GET = opsRead({ permission: "incident:read", read: ({ scope, now }) => listModules(scope, now) });

/** POST /api/ops/modules { module_key, title, criticality? }: secret and token are shown this once. */
export const POST = opsWrite({
  command: registerModule,
  // An answer by key would show the secret again for as long as keys are kept.
  takesKey: false,
  status: 201,
  answer: async ({ secret_version, ...module }, { actor, now }) => {
    const token = makeIngestToken();
    const input = { module: module.module_key, sha256: ingestTokenDigest(token) };
    await runCommand(makeModuleToken, { input, actor, now });
    return { ...module, secret: await revealModuleSecret(module.id, secret_version), token, trust: await readTrust(now) };
  },
});
