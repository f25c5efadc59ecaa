import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { accessLinks, people } from "@/db/schema/people";
import { personFields } from "@/lib/access/people/person-fields";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { linkEvent, putLink } from "../put-link";

/**
 * An installation that nobody can enter gets one link for its first administrator; the one printed at an earlier start is void.
 * Refused for good as soon as there is anybody.
 */
export const inviteFirstAdmin = defineCommand({
  name: "installation.invite-first-admin",
  permission: "system",
  input: z.strictObject({ email: personFields.email.nullish() }),

  async apply(tx, { email }, context) {
    await tx.execute(sql`lock table people in share row exclusive mode`);
    const [somebody] = await tx.select({ id: people.id }).from(people).limit(1);
    if (somebody) refuse("conflict", "There are people already");
    const open = and(eq(accessLinks.kind, "first_admin"), isNull(accessLinks.settledAt));
    await tx.update(accessLinks).set({ settledAt: context.now, outcome: "void" }).where(open);
    const link = await putLink(tx, { kind: "first_admin", personId: null }, context);
    const events = [linkEvent(link, email ?? null, context.actor)];
    return { subject: "installation:first_admin", tenantId: null, before: null, after: { ...link }, events, result: { ...link } };
  },
});
