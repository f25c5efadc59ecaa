import { revealModuleSecret } from "@/lib/access/modules/queries-modules";
import { rotateModuleSecret } from "@/lib/modules/registry/commands/rotate-module-secret";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/modules/:key/rotate-secret { reason? }: a new secret, shown this once; the one before stays good for a day. */
export const POST = opsWrite({
  command: rotateModuleSecret,
  // An answer by key would show the secret again for as long as keys are kept.
  takesKey: false,
  params: { key: "module" },
  answer: async ({ secret_version, ...rotated }) => ({ ...rotated, secret: await revealModuleSecret(rotated.id, secret_version) }),
});
