import { eq } from "drizzle-orm";
import { z } from "zod";
import { people, personSessions } from "@/db/schema/people";
import { lockPerson } from "@/lib/access/people/lock-person";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";

/**
 * A session is ended: by its own person, who signs out or ends one elsewhere, or by whoever looks after that person. Every copy of
 * its cookie is worth nothing from here on, on every instance within LIMITS.powerCacheMs. One that is over stays as it is.
 */
export const closeSession = defineCommand({
  name: "session.close",
  permission: "session:open",
  input: z.strictObject({ sessionId: z.uuid().toLowerCase(), reason: z.string().trim().max(LIMITS.reasonCharacters).optional() }),

  async apply(tx, { sessionId, reason }, { actor, now }) {
    const [session] = await tx.select().from(personSessions).where(eq(personSessions.id, sessionId)).for("update");
    if (!session) refuse("not-found", `No session ${sessionId}`);
    const [owner] = await tx.select({ email: people.email }).from(people).where(eq(people.id, session.personId));
    const isOwn = actor.kind === "system" || (owner !== undefined && owner.email === actor.email);
    if (!isOwn) await lockPerson(tx, session.personId, actor);
    if (!isOwn && !reason) refuse("invalid", "A reason is needed", { errors: [{ path: "reason", message: "says why" }] });
    const isOpen = session.endedAt === null;
    if (isOpen) await tx.update(personSessions).set({ endedAt: now, endedBy: actor.id }).where(eq(personSessions.id, sessionId));
    return {
      subject: `person:${session.personId}`,
      tenantId: null,
      before: { session: sessionId, ended_at: session.endedAt },
      after: { session: sessionId, ended_at: session.endedAt ?? now },
      reason,
      result: { id: sessionId, closed: isOpen },
    };
  },
});
