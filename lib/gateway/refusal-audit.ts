import { sql } from "drizzle-orm";
import { writer } from "@/db/writer";
import { appendAudit } from "@/lib/audit/append";
import type { Refusal } from "@/lib/kernel/refusal";
import { log } from "@/lib/platform/log";
import { newId } from "@/lib/platform/random";
import { bindScope } from "@/lib/platform/scope";
import type { CommandCall } from "./types";

/** The one tenant an actor acts in, when there is just one: its refusals are then visible there. */
function soleTenant({ actor }: CommandCall): string | null {
  return actor.tenants.kind === "set" && actor.tenants.ids.length === 1 ? (actor.tenants.ids[0] ?? null) : null;
}

/**
 * Writes down that a governed change was refused, in a transaction of its own: the refused one is gone by then.
 * A schema failure of a plugin's own call is left to its refusal log: it changed nothing and could flood the audit.
 */
export async function auditRefusal(command: { name: string }, refusal: Refusal, call: CommandCall, traceId: string): Promise<void> {
  if (refusal.kind === "invalid" && (call.actor.kind === "plugin" || call.actor.kind === "module")) return;
  const code = refusal.details.code ?? `ERR_${refusal.kind.toUpperCase().replaceAll("-", "_")}`;
  log.warn("WARN_REFUSED", `${command.name}: ${refusal.message}`, { actor_id: call.actor.id });
  await writer().transaction(async (tx) => {
    await bindScope(tx, call.actor.tenants);
    await tx.execute(sql`select gateway_open()`);
    await appendAudit(tx, {
      id: newId(call.now),
      at: call.now,
      tenantId: soleTenant(call),
      actor: call.actor.id,
      onBehalfOf: call.actor.supporting?.onBehalfOf ?? null,
      command: command.name,
      outcome: "refused",
      subject: `command:${command.name}`,
      before: null,
      after: null,
      reason: `${code}: ${refusal.message}`,
      traceId,
    });
  });
}
