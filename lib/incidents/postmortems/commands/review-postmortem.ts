import { z } from "zod";
import { requireVouchedFor } from "@/lib/access/people/require-vouched-for";
import { defineCommand } from "@/lib/gateway/define-command";
import { movePostmortem } from "../lifecycle";
import { auditedPostmortem, changedPostmortem, changePostmortem, lockPostmortem, postmortemEvent } from "./postmortem-row";

/** Somebody who wrote none of it agrees with a postmortem, exactly as they read it. */
export const reviewPostmortem = defineCommand({
  name: "postmortem.review",
  permission: "incident:write",
  input: z.strictObject({ postmortemId: z.uuid().toLowerCase(), revision: z.number().int().positive() }),

  async apply(tx, { postmortemId, revision }, { actor, now }) {
    const before = await lockPostmortem(tx, postmortemId);
    const status = movePostmortem(before, "review", actor.id, revision);
    requireVouchedFor(actor);
    const after = await changePostmortem(tx, before, { status, reviewedBy: actor.id, reviewedAt: now }, now);
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
