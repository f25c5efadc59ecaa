import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { personSessions } from "@/db/schema/people";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";

/** A hand was seen on a session: its person can tell the ones in use from those left behind. Run by `system:sign-in`, now and then. */
export const renewSession = defineCommand({
  name: "session.renew",
  permission: "system",
  input: z.strictObject({ sessionId: z.uuid() }),

  async apply(tx, { sessionId }, { now }) {
    const stillOpen = and(eq(personSessions.id, sessionId), isNull(personSessions.endedAt));
    const [session] = await tx.update(personSessions).set({ seenAt: now }).where(stillOpen).returning();
    if (!session) refuse("conflict", "This session is over");
    return { subject: `person:${session.personId}`, tenantId: null, before: null, after: { session: sessionId, seen_at: now }, result: {} };
  },
});
