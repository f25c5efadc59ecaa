import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { incidentStars } from "@/db/schema/aftermath";
import { incidentEvents } from "@/db/schema/incidents";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { incidentEvent, lockIncident } from "./incident-row";

/** Somebody marks a line of a timeline as worth telling later, or takes the mark away: postmortems are drafted from these. */
export const starEvent = defineCommand({
  name: "incident.star",
  permission: "incident:write",
  input: z.strictObject({ incidentId: z.uuid().toLowerCase(), eventId: z.uuid().toLowerCase(), starred: z.boolean() }),

  async apply(tx, { incidentId, eventId, starred }, { actor, now }) {
    const incident = await lockIncident(tx, incidentId);
    const { tenantId } = incident;
    const here = and(eq(incidentEvents.tenantId, tenantId), eq(incidentEvents.incidentId, incidentId), eq(incidentEvents.id, eventId));
    const [line] = await tx.select({ id: incidentEvents.id }).from(incidentEvents).where(here);
    if (!line) refuse("not-found", `No line ${eventId}`);
    const set = { isStarred: starred, starredBy: actor.id, starredAt: now };
    await tx
      .insert(incidentStars)
      .values({ tenantId, incidentId, eventId, ...set })
      .onConflictDoUpdate({ target: [incidentStars.tenantId, incidentStars.incidentId, incidentStars.eventId], set });
    return {
      subject: `incident:${incidentId}`,
      tenantId,
      before: null,
      after: { event: eventId, starred },
      events: [incidentEvent("incident.starred", incident)],
      result: { id: incidentId, event_id: eventId, starred },
    };
  },
});
