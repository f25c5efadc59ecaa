import { addDataKey, resealSecrets } from "@/lib/access/commands/rotate-data-key";
import type { Actor } from "@/lib/access/types";
import { runCommand } from "@/lib/gateway/run-command";

/**
 * Gives a tenant a new data key, seals all its secrets by it, and destroys the older keys. Broken off, the same again makes one more key and
 * comes to the same end.
 */
export async function rotateDataKeys(actor: Actor, tenantId: string, reason: string, now: () => Date) {
  const { version } = await runCommand(addDataKey, { input: { tenantId, reason }, actor, now: now() });
  let resealed = 0;
  for (let isDone = false; !isDone; ) {
    const round = await runCommand(resealSecrets, { input: { tenantId }, actor, now: now() });
    resealed += round.resealed;
    isDone = round.is_done;
  }
  return { tenant_id: tenantId, key_version: version, resealed };
}
