import { eq } from "drizzle-orm";
import { z } from "zod";
import { fleetIncidents } from "@/db/schema/incidents";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";

/** A person takes ownership of what many merchants have at once, which stops further paging for all of it. */
export const acknowledgeFleet = defineCommand({
  name: "fleet.acknowledge",
  permission: "incident:write",
  input: z.strictObject({ fleetId: z.uuid(), reason: z.string().max(LIMITS.reasonCharacters).optional() }),

  async apply(tx, { fleetId, reason }, { actor, now }) {
    requireAllTenants(actor, "Fleet incidents");
    const [before] = await tx.select().from(fleetIncidents).where(eq(fleetIncidents.id, fleetId)).for("update");
    if (!before) refuse("not-found", `No fleet incident ${fleetId}`);
    if (before.status !== "open") refuse("conflict", "This fleet incident is over");
    if (before.acknowledgedBy !== null) refuse("conflict", `${before.acknowledgedBy} has it already`);
    const set = { acknowledgedBy: actor.id, acknowledgedAt: now, updatedAt: now };
    await tx.update(fleetIncidents).set(set).where(eq(fleetIncidents.id, fleetId));
    return {
      subject: `fleet:${fleetId}`,
      tenantId: null,
      before: { status: before.status, acknowledged_by: null },
      after: { status: before.status, acknowledged_by: actor.id },
      reason,
      events: [{ name: "fleet.acknowledged", payload: { fleetId } }],
      result: { id: fleetId, status: before.status, acknowledged_by: actor.id, acknowledged_at: now.toISOString() },
    };
  },
});
