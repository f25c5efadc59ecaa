import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { moduleIncidentStars } from "@/db/schema/aftermath";
import { moduleIncidentEvents } from "@/db/schema/modules/incidents";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { lockModuleIncident, moduleIncidentEvent } from "./module-incident-row";

/** Somebody marks a line of a module's timeline as worth telling later, or takes the mark away: postmortems are drafted from these. */
export const starModuleEvent = defineCommand({
  name: "module-incident.star",
  permission: "incident:write",
  input: z.strictObject({ incidentId: z.uuid(), eventId: z.uuid().toLowerCase(), starred: z.boolean() }),

  async apply(tx, { incidentId, eventId, starred }, { actor, now }) {
    const incident = await lockModuleIncident(tx, incidentId);
    const { tenantId } = incident;
    const here = and(
      eq(moduleIncidentEvents.tenantId, tenantId),
      eq(moduleIncidentEvents.incidentId, incidentId),
      eq(moduleIncidentEvents.id, eventId),
    );
    const [line] = await tx.select({ id: moduleIncidentEvents.id }).from(moduleIncidentEvents).where(here);
    if (!line) refuse("not-found", `No line ${eventId}`);
    const set = { isStarred: starred, starredBy: actor.id, starredAt: now };
    await tx
      .insert(moduleIncidentStars)
      .values({ tenantId, incidentId, eventId, ...set })
      .onConflictDoUpdate({ target: [moduleIncidentStars.tenantId, moduleIncidentStars.incidentId, moduleIncidentStars.eventId], set });
    return {
      subject: `module-incident:${incidentId}`,
      tenantId,
      before: null,
      after: { event: eventId, starred },
      events: [moduleIncidentEvent("module-incident.starred", incident)],
      result: { id: incidentId, event_id: eventId, starred },
    };
  },
});
