import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";
import { LIMITS } from "@/lib/platform/limits";
import { movePostmortem } from "../lifecycle";
import { postmortemActionSchema, SECTION_NAMES, type SectionName } from "../types";
import { auditedPostmortem, changedPostmortem, changePostmortem, lockPostmortem, postmortemEvent } from "./postmortem-row";
import { lockSubject } from "./subject-row";

const text = z.string().max(LIMITS.postmortemCharacters).optional();
const sections = z.strictObject(Object.fromEntries(SECTION_NAMES.map((name) => [name, text])) as Record<SectionName, typeof text>);

const input = z
  .strictObject({
    postmortemId: z.uuid().toLowerCase(),
    /** The one that was read: a save over somebody else's is a conflict. */
    revision: z.number().int().positive(),
    title: z.string().trim().min(1).max(200).optional(),
    sections: sections.optional(),
    actions: z.array(postmortemActionSchema).max(LIMITS.postmortemActions).optional(),
  })
  .refine(({ actions }) => new Set(actions?.map(({ id }) => id)).size === (actions?.length ?? 0), "actions need ids of their own");

/** Somebody writes on. Whatever was computed is computed anew, a review that was given is void, and the words before stay in the audit. */
export const updatePostmortem = defineCommand({
  name: "postmortem.update",
  permission: "incident:write",
  input,

  async apply(tx, { postmortemId, revision, title, sections: written, actions }, { actor, now }) {
    const before = await lockPostmortem(tx, postmortemId);
    const status = movePostmortem(before, "edit", actor.id, revision);
    const subject = await lockSubject(tx, before.incidentId ?? before.moduleIncidentId ?? "");
    const facts = await subject.gather(tx, now);
    const kept = Object.fromEntries(SECTION_NAMES.map((name) => [name, written?.[name] ?? before.sections[name]])) as Record<
      SectionName,
      string
    >;
    const change = {
      status,
      title: title ?? before.title,
      sections: kept,
      actions: actions ?? before.actions,
      facts,
      authors: [...new Set([...before.authors, actor.id])],
      reviewedBy: null,
      reviewedAt: null,
    };
    const after = await changePostmortem(tx, before, change, now);
    return {
      subject: `postmortem:${postmortemId}`,
      tenantId: before.tenantId,
      before: auditedPostmortem(before),
      after: auditedPostmortem(after),
      events: [postmortemEvent(after)],
      result: changedPostmortem(after),
    };
  },
});
