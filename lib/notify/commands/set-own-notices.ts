import { eq } from "drizzle-orm";
import { z } from "zod";
import { personNotices } from "@/db/schema/notify";
import { people } from "@/db/schema/people";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { minutesOf } from "../choices/wall-clock";
import { isTimeZone } from "../paging/quiet-hours";
import { NOTIFICATION_EVENTS } from "../types";

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day such as 22:30");

/** Somebody says how they want to be told: in which language, of what by e-mail, and when not to be woken. */
export const setOwnNotices = defineCommand({
  name: "person.set-notices",
  permission: "session:open",
  input: z.strictObject({
    language: z.enum(["en", "fr"]).nullable(),
    /** Null: as their rights suggest. */
    emailEvents: z.array(z.enum(NOTIFICATION_EVENTS)).max(NOTIFICATION_EVENTS.length).nullable(),
    timeZone: z.string().max(64).refine(isTimeZone, "the name of a time zone such as Europe/Paris").nullable(),
    quietFrom: clock.nullable(),
    quietTo: clock.nullable(),
    criticalWakes: z.boolean(),
  }),

  async apply(tx, { language, emailEvents, timeZone, quietFrom, quietTo, criticalWakes }, { actor, now }) {
    const isHalf = (quietFrom === null) !== (quietTo === null) || (quietFrom !== null && timeZone === null);
    if (isHalf) {
      const errors = [{ path: "quiet_from", message: "quiet hours need a beginning, an end and a time zone" }];
      refuse("invalid", "Quiet hours are named whole or not at all", { errors });
    }
    const [person] = await tx
      .select({ id: people.id })
      .from(people)
      .where(eq(people.email, actor.email ?? ""))
      .for("update");
    if (!person) refuse("conflict", "There is no record of you here");
    const [before] = await tx.select().from(personNotices).where(eq(personNotices.personId, person.id));
    const quiet = {
      quietFrom: quietFrom === null ? null : minutesOf(quietFrom),
      quietTo: quietTo === null ? null : minutesOf(quietTo),
    };
    const set = { language, emailEvents, timeZone, ...quiet, criticalWakes, updatedAt: now };
    await tx
      .insert(personNotices)
      .values({ personId: person.id, ...set })
      .onConflictDoUpdate({ target: personNotices.personId, set });
    return { subject: `person:${person.id}`, tenantId: null, before: before ?? null, after: set, result: { id: person.id } };
  },
});
