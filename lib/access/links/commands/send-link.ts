import { eq } from "drizzle-orm";
import { z } from "zod";
import { personCredentials } from "@/db/schema/people";
import { requireMayLink } from "@/lib/access/links/require-may-link";
import { lockPerson } from "@/lib/access/people/lock-person";
import { linkDigest } from "@/lib/access/step-up/access-digests";
import { requireStepUp } from "@/lib/access/step-up/require-step-up";
import { defineCommand } from "@/lib/gateway/define-command";
import { LIMITS } from "@/lib/platform/limits";
import { linkEvent, putLink } from "../put-link";

/** Somebody gets a link by which they choose a password themselves: their first one, or another one when it is lost. */
export const sendLink = defineCommand({
  name: "person.send-link",
  permission: "people:write",
  input: z.strictObject({ personId: z.uuid().toLowerCase(), reason: z.string().trim().min(1).max(LIMITS.reasonCharacters) }),

  async apply(tx, { personId, reason }, context) {
    const { actor, now } = context;
    const person = await lockPerson(tx, personId, actor);
    requireMayLink(person, actor);
    if (actor.kind === "person") await requireStepUp(tx, actor, linkDigest(personId), now);
    const [known] = await tx
      .select({ id: personCredentials.personId })
      .from(personCredentials)
      .where(eq(personCredentials.personId, personId));
    const kind = known ? ("reset" as const) : ("invite" as const);
    const link = await putLink(tx, { kind, personId }, context);
    const after = { link: link.id, kind, expires_at: link.expires_at };
    const events = [linkEvent(link, person.email, actor)];
    const result = { id: personId, email: person.email, link: { ...link } };
    return { subject: `person:${personId}`, tenantId: null, before: null, after, reason, events, result };
  },
});
