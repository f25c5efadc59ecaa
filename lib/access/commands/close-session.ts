import { eq } from "drizzle-orm";
import { z } from "zod";
import { people } from "@/db/schema/people";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";

/**
 * Somebody signs out, which ends every session of theirs that has begun: the cookie that is taken away may have been copied. A session
 * that no longer counted ends nothing. Run by `system:sign-in`.
 */
export const closeSession = defineCommand({
  name: "session.close",
  permission: "system",
  input: z.strictObject({ personId: z.uuid(), startedAtMs: z.int().min(0).max(8_640_000_000_000_000) }),

  async apply(tx, { personId, startedAtMs }, { now }) {
    const [person] = await tx.select().from(people).where(eq(people.id, personId)).for("update");
    if (!person) refuse("not-found", `No person ${personId}`);
    const before = person.sessionsValidFrom;
    const isOpen = startedAtMs >= before.getTime();
    const after = isOpen ? new Date(Math.max(now.getTime(), startedAtMs + 1)) : before;
    if (isOpen) await tx.update(people).set({ sessionsValidFrom: after, updatedAt: now }).where(eq(people.id, personId));
    return {
      subject: `person:${personId}`,
      tenantId: null,
      before: { sessions_valid_from: before },
      after: { sessions_valid_from: after },
      result: { closed: isOpen },
    };
  },
});
