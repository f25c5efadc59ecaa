import { z } from "zod";
import { defineCommand } from "@/lib/gateway/define-command";
import { movePostmortem } from "../lifecycle";
import { auditedPostmortem, changedPostmortem, changePostmortem, lockPostmortem, postmortemEvent } from "./postmortem-row";
import { toldOn } from "./subject-row";

/** A reviewed postmortem is published: from here on it stays as it is. */
export const publishPostmortem = defineCommand({
  name: "postmortem.publish",
  permission: "incident:write",
  input: z.strictObject({ postmortemId: z.uuid().toLowerCase(), revision: z.number().int().positive() }),

  async apply(tx, { postmortemId, revision }, { actor, now }) {
    const before = await lockPostmortem(tx, postmortemId);
    const status = movePostmortem(before, "publish", actor.id, revision);
    const after = await changePostmortem(tx, before, { status, publishedBy: actor.id, publishedAt: now }, now);
    const summary = `Postmortem published: ${after.title}`;
    return {
      subject: `postmortem:${postmortemId}`,
      tenantId: before.tenantId,
      before: auditedPostmortem(before),
      after: auditedPostmortem(after),
      events: [postmortemEvent(after)],
      ...toldOn(before, { kind: "postmortem", summary, data: { postmortem: postmortemId } }),
      result: changedPostmortem(after),
    };
  },
});
