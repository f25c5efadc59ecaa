import { z } from "zod";
import { postmortems } from "@/db/schema/aftermath";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { draftText } from "../draft-text";
import { auditedPostmortem, changedPostmortem, isAbout, postmortemEvent } from "./postmortem-row";
import { lockSubject, merchantOf, toldOn } from "./subject-row";

/** A postmortem is begun from what is known of an incident, a plugin's or a module's: starred lines, figures, changes before it, what Center did. One for each incident. */
export const draftPostmortem = defineCommand({
  name: "postmortem.draft",
  permission: "incident:write",
  input: z.strictObject({ incidentId: z.uuid().toLowerCase(), language: z.enum(["en", "fr"]).default("en") }),

  async apply(tx, { incidentId, language }, { actor, now, newId }) {
    const subject = await lockSubject(tx, incidentId);
    const { tenantId, key } = subject;
    const [known] = await tx.select({ id: postmortems.id }).from(postmortems).where(isAbout(incidentId));
    if (known) refuse("conflict", "This incident has its postmortem already");
    const facts = await subject.gather(tx, now);
    const about = { ...subject.about, merchant: await merchantOf(tx, subject) };
    const row = {
      tenantId,
      id: newId(),
      ...key,
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
      tenantId,
      before: null,
      after: auditedPostmortem(made),
      events: [postmortemEvent(made)],
      ...toldOn(key, { kind: "postmortem", summary: `Postmortem begun: ${made.title}`, data: { postmortem: made.id } }),
      result: { ...changedPostmortem(made), incident_id: incidentId },
    };
  },
});
