import { eq } from "drizzle-orm";
import { z } from "zod";
import { fleetIncidents } from "@/db/schema/incidents";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { endFleet, lockFleet } from "./group-fleet";

/** A person says that what was told as one is none: each merchant's incident is decided about by itself again, and stays so for an hour. */
export const dissolveFleet = defineCommand({
  name: "fleet.dissolve",
  permission: "incident:write",
  input: z.strictObject({ fleetId: z.uuid(), reason: z.string().trim().min(1).max(LIMITS.reasonCharacters) }),

  async apply(tx, { fleetId, reason }, context) {
    requireAllTenants(context.actor, "Fleet incidents");
    await lockFleet(tx);
    const [before] = await tx.select().from(fleetIncidents).where(eq(fleetIncidents.id, fleetId)).for("update");
    if (!before) refuse("not-found", `No fleet incident ${fleetId}`);
    if (before.status !== "open") refuse("conflict", "This fleet incident is over");
    const { released } = await endFleet(tx, fleetId, { status: "dissolved", by: context.actor.id }, context);
    return {
      subject: `fleet:${fleetId}`,
      tenantId: null,
      before: { status: before.status, kind: before.kind, most: before.most },
      after: { status: "dissolved", released },
      reason,
      events: [{ name: "fleet.dissolved", payload: { fleetId, released } }],
      result: { id: fleetId, status: "dissolved", released },
    };
  },
});
