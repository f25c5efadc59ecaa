import { safetySwitches } from "@/db/schema/safety";
import type { WriterTx } from "@/db/writer";
import type { CommandContext } from "@/lib/gateway/types";

/** Nobody but a person goes on here: the machine keeps its hands off this plugin until somebody has looked (safety.md, case 17). */
export async function handOver(
  tx: WriterTx,
  { tenantId, pluginId }: { readonly tenantId: string; readonly pluginId: string },
  why: string,
  { actor, now, newId }: CommandContext,
): Promise<void> {
  const set = { isOn: true, reason: why, setBy: actor.id, setAt: now };
  await tx
    .insert(safetySwitches)
    .values({ tenantId, id: newId(), scope: "plugin", targetId: pluginId, name: "safe_mode", ...set })
    .onConflictDoUpdate({ target: [safetySwitches.tenantId, safetySwitches.scope, safetySwitches.targetId, safetySwitches.name], set });
}
