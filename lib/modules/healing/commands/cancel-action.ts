import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { healActions } from "@/db/schema/modules/healing";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { healTargets } from "../action-table";
import {
  actionEvent,
  actionLine,
  briefAction,
  lockAction,
  lockIncident,
  type Moved,
  tellAction,
  updateAction,
  updateIncident,
} from "./action-row";
import { withdrawOrder } from "./withdraw-order";

/**
 * A person stops an action that has not reached the module, or has a containment taken back. What a module is doing just now ends verified or
 * taken back by itself, never half.
 */
export const cancelAction = defineCommand({
  name: "heal-action.cancel",
  permission: "incident:write",
  input: z.strictObject({ actionId: z.uuid(), reason: z.string().trim().min(LIMITS.orderReasonCharacters).max(LIMITS.reasonCharacters) }),

  async apply(tx, { actionId, reason }, context) {
    const { actor, now } = context;
    requireAllTenants(actor, "Modules");
    const row = await lockAction(tx, actionId);
    const isHolding = row.state === "holding";
    if (!isHolding && healTargets(row.state, "cancel").length === 0) {
      refuse("conflict", `An action that is ${row.state} is past the point of no return: it ends verified or taken back`);
    }
    const summary = `${actor.id} ${isHolding ? "has it taken back" : "stops it"}: ${reason}`;
    const moved: Moved = { from: row.state, to: isHolding ? "holding" : "cancelled", event: isHolding ? "take_back" : "cancel", summary };
    if (isHolding) {
      const at = and(eq(healActions.tenantId, row.tenantId), eq(healActions.id, row.id));
      await tx.update(healActions).set({ revertWhy: "person" }).where(at);
      await tellAction(tx, row, moved, context);
    } else {
      await withdrawOrder(tx, row, context);
      const incident = await lockIncident(tx, row.tenantId, row.incidentId);
      await updateIncident(tx, incident, { event: "heal_cancelled", healState: "cancelled" }, now);
    }
    const after = isHolding ? row : await updateAction(tx, row, {}, moved, context);
    return {
      subject: `heal-action:${actionId}`,
      tenantId: row.tenantId,
      before: briefAction(row),
      after: { ...briefAction(after), is_taken_back: isHolding },
      reason,
      events: [actionEvent(after, moved)],
      moduleTimeline: [actionLine(after, moved)],
      result: briefAction(after),
    };
  },
});
