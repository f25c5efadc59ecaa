import { eq } from "drizzle-orm";
import { z } from "zod";
import { people, supportSessions } from "@/db/schema/people";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";

/**
 * Support mode ends: whoever looks leaves it, or the person who is looked at sends them away. Either is one click without a reason; one
 * that is over stays as it is. Whoever looks does this as themselves (`selfOf`): it is all that their held session can do.
 */
export const leaveSupport = defineCommand({
  name: "support.leave",
  permission: "session:open",
  input: z.strictObject({ supportId: z.uuid().toLowerCase() }),

  async apply(tx, { supportId }, { actor, now }) {
    const [support] = await tx.select().from(supportSessions).where(eq(supportSessions.id, supportId)).for("update");
    const [caller] = await tx
      .select({ id: people.id })
      .from(people)
      .where(eq(people.email, actor.email ?? ""));
    const isTheirs = support && caller && (support.personId === caller.id || support.targetPerson === caller.id);
    if (!isTheirs) refuse("not-found", `No support mode ${supportId}`);
    const isOpen = support.endedAt === null;
    const endedAt = support.endedAt ?? now;
    if (isOpen) await tx.update(supportSessions).set({ endedAt, endedBy: actor.id }).where(eq(supportSessions.id, supportId));
    const [target] = support.targetPerson
      ? await tx.select({ email: people.email }).from(people).where(eq(people.id, support.targetPerson))
      : [];
    return {
      subject: `support:${supportId}`,
      tenantId: null,
      before: { support: supportId, ended_at: support.endedAt },
      after: { support: supportId, ended_at: endedAt },
      onBehalfOf: target ? `person:${target.email}` : `tenant:${support.targetTenant}`,
      result: { id: supportId, session_id: support.sessionId, ended_at: endedAt.toISOString(), closed: isOpen },
    };
  },
});
