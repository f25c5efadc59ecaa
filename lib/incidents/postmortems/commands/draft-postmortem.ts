import { eq } from "drizzle-orm";
import { z } from "zod";
import { postmortems } from "@/db/schema/aftermath";
import { tenants } from "@/db/schema/tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { lockIncident } from "@/lib/incidents/commands/incident-row";
import { refuse } from "@/lib/kernel/refusal";
import { draftText } from "../draft-text";
import { gatherFacts } from "./gather-facts";
import { auditedPostmortem, changedPostmortem, postmortemEvent } from "./postmortem-row";

/** A postmortem is begun from what is known of an incident: starred lines, figures, changes before it, what Center did. One for each incident. */
export const draftPostmortem = defineCommand({
  name: "postmortem.draft",
  permission: "incident:write",
  input: z.strictObject({ incidentId: z.uuid().toLowerCase(), language: z.enum(["en", "fr"]).default("en") }),

  async apply(tx, { incidentId, language }, { actor, now, newId }) {
    const incident = await lockIncident(tx, incidentId);
    const [known] = await tx.select({ id: postmortems.id }).from(postmortems).where(eq(postmortems.incidentId, incidentId));
    if (known) refuse("conflict", "This incident has its postmortem already");
    const [tenant] = await tx.select({ name: tenants.name }).from(tenants).where(eq(tenants.id, incident.tenantId));
    const facts = await gatherFacts(tx, incident, now);
    const about = { type: incident.type, pluginKey: incident.pluginKey, merchant: tenant?.name ?? "", explain: incident.finding.explain };
    const row = {
      tenantId: incident.tenantId,
      id: newId(),
      incidentId,
      status: "draft" as const,
      revision: 1,
      ...draftText(about, facts, language),
      actions: [],
      facts,
      authors: [actor.id],
      createdAt: now,
      updatedAt: now,
    };
    const [made] = await tx.insert(postmortems).values(row).returning();
    if (!made) throw new Error("no postmortem was inserted");
    return {
      subject: `postmortem:${made.id}`,
      tenantId: incident.tenantId,
      before: null,
      after: auditedPostmortem(made),
      events: [postmortemEvent(made)],
      timeline: [{ incidentId, kind: "postmortem", summary: `Postmortem begun: ${made.title}`, data: { postmortem: made.id } }],
      result: { ...changedPostmortem(made), incident_id: incidentId },
    };
  },
});
